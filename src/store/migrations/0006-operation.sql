-- The machinery.

-- Settings of the whole installation: 'paused', 'public-url', 'schedules'.
create table setting (
  name text primary key,
  value jsonb not null,
  changed_by bigint references user_account (id),
  changed_at timestamptz not null default now()
);

-- Processes that run workflows. One that stops to beat is declared dead by the others, who take its
-- work over; it must end itself when it finds its row dead.
create table worker (
  id text primary key,
  host text not null,
  pid int not null,
  version text not null,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  state text not null default 'alive' check (state in ('alive', 'stopped', 'dead')),
  ended_at timestamptz,
  taken_over_by text
);
create index worker_alive on worker (heartbeat_at) where state = 'alive';

-- What is done by the clock, once for all workers: who comes first takes a turn and moves `due_at` on.
create table schedule (
  name text primary key,
  due_at timestamptz not null default now(),
  -- While a turn is taken: when it is given up for dead.
  running_until timestamptz,
  ran_at timestamptz,
  ran_by text,
  error text
);

-- What is live: listeners are notified, and those that were away read on from where they stopped.
-- Ids are given at commit and one commit after the other, so that whoever has read up to an id has
-- read everything before it (a notification makes commits wait for each other anyway).
create sequence live_event_id;
create table live_event (
  id bigint primary key default nextval('live_event_id'),
  at timestamptz not null default now(),
  -- finding, change, asset, scan, remediation, approval, decision, policy, sync, pause, notification
  topic text not null,
  subject text not null,
  asset_id bigint
);
create index live_event_age on live_event (at);

create function announce_live_event() returns trigger language plpgsql as $$
declare
  committed_as bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('suture live_event', 0));
  committed_as := nextval('live_event_id');
  update live_event set id = committed_as where id = new.id;
  perform pg_notify('suture_live', json_build_object('id', committed_as::text, 'topic', new.topic,
    'subject', new.subject, 'assetId', new.asset_id::text)::text);
  return null;
end $$;
create constraint trigger live_event_announced after insert on live_event
  deferrable initially deferred for each row execute function announce_live_event();

-- For what the overview says of failed runs.
create index scan_failed on scan (ended_at) where state = 'failed';
create index remediation_failed on remediation (ended_at) where state = 'failed';
