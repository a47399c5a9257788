-- Policy, decisions, and telling people.

create table policy_version (
  number int generated always as identity primary key,
  -- The YAML document as it was written.
  document text not null,
  note text not null default '',
  state text not null default 'draft' check (state in ('draft', 'active', 'retired')),
  author bigint references user_account (id),
  created_at timestamptz not null default now(),
  reviewed_by bigint references user_account (id),
  reviewed_at timestamptz,
  activated_by bigint references user_account (id),
  activated_at timestamptz,
  retired_at timestamptz
);
create unique index policy_version_active on policy_version ((true)) where state = 'active';

create table decision (
  seq bigint primary key,
  at timestamptz not null,
  kind text not null,
  subject_type text not null,
  subject_id text not null,
  asset_id bigint,
  outcome text not null,
  actor_type text not null,
  actor text not null,
  -- The decision as it was hashed: the columns before it are copies for filters, checked by verify.
  record jsonb not null,
  key text not null unique,
  previous_hash text not null,
  hash text not null unique
);
create index decision_subject on decision (subject_type, subject_id, seq desc);
create index decision_asset on decision (asset_id, seq desc);
create index decision_kind on decision (kind, seq desc);
create index decision_actor on decision (actor, seq desc);
create index decision_rule on decision ((record ->> 'rule'), seq desc) where record ->> 'rule' is not null;
create index decision_at on decision (at);
create index decision_text on decision using gin (to_tsvector('simple',
  (record ->> 'because') || ' ' || subject_id || ' ' || outcome || ' ' || actor));

create function refuse_to_forget() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger decision_append_only before update or delete on decision
  for each row execute function refuse_to_forget();
create trigger decision_no_truncate before truncate on decision
  for each statement execute function refuse_to_forget();

create table decision_checkpoint (
  seq bigint primary key,
  hash text not null,
  at timestamptz not null,
  key_id text not null,
  signature text not null
);
create trigger checkpoint_append_only before update or delete on decision_checkpoint
  for each row execute function refuse_to_forget();
create trigger checkpoint_no_truncate before truncate on decision_checkpoint
  for each statement execute function refuse_to_forget();

-- A person says what was wrong with a decision; kept for learning.
create table decision_feedback (
  id bigint generated always as identity primary key,
  decision_seq bigint not null references decision (seq),
  user_id bigint not null references user_account (id),
  verdict text not null check (verdict in ('wrong-priority', 'wrong-context', 'bad-patch', 'right')),
  reason text not null,
  at timestamptz not null default now(),
  -- The link of the chain that says the same.
  recorded_as bigint not null unique references decision (seq)
);
create index decision_feedback_decision on decision_feedback (decision_seq);

create table channel (
  id bigint generated always as identity primary key,
  name text not null unique,
  kind text not null check (kind in ('email', 'slack', 'teams', 'webhook')),
  address text not null,
  credential text,
  sender text,
  -- For e-mail: who gets what is for nobody in particular.
  recipients text[] not null default '{}',
  -- Empty: all kinds.
  kinds text[] not null default '{}',
  -- Minutes between digests of what is not urgent.
  digest_minutes int not null default 60,
  enabled boolean not null default true,
  created_at timestamptz not null default now()
);

create table notification (
  id bigint generated always as identity primary key,
  key text not null unique,
  kind text not null,
  recipients text[] not null,
  title text not null,
  body text[] not null,
  link text not null,
  urgency text not null check (urgency in ('now', 'digest')),
  asset_id bigint,
  created_at timestamptz not null default now()
);

-- One row per notification and channel (with e-mail: and person): pending until the channel took it.
create table delivery (
  id bigint generated always as identity primary key,
  notification_id bigint not null references notification (id) on delete cascade,
  channel_id bigint not null references channel (id) on delete cascade,
  -- E-mail address; '' where the channel is one place.
  recipient text not null default '',
  -- Deliveries that go out in one message have the same; set before the first attempt and kept.
  message_id text,
  state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'refused')),
  attempts int not null default 0,
  -- While sending: when the attempt is given up for dead and another one may begin.
  next_attempt_at timestamptz not null default now(),
  sent_at timestamptz,
  error text,
  unique (notification_id, channel_id, recipient)
);
create index delivery_due on delivery (next_attempt_at) where state in ('pending', 'sending');
create index delivery_message on delivery (message_id) where message_id is not null;
create index delivery_channel on delivery (channel_id, recipient, sent_at desc nulls last);
