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

-- What is live: listeners are notified, and those that were away read on from where they stopped.
create table live_event (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- finding, change, asset, scan, remediation, approval, decision, policy, sync, pause, notification
  topic text not null,
  subject text not null,
  asset_id bigint
);
create index live_event_age on live_event (at);

create function announce_live_event() returns trigger language plpgsql as $$
begin
  perform pg_notify('suture_live', json_build_object('id', new.id, 'topic', new.topic,
    'subject', new.subject, 'assetId', new.asset_id)::text);
  return new;
end $$;
create trigger live_event_announced after insert on live_event
  for each row execute function announce_live_event();
