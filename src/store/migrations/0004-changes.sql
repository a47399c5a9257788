-- What is done about findings.

create table remediation (
  -- The durable workflow's id.
  id text primary key,
  asset_id bigint not null references asset (id) on delete cascade,
  -- What it starts from: commit, findings with their fixes, packages to avoid, policy. The same
  -- work is not begun twice.
  work_key text not null,
  trigger text not null check (trigger in ('scan', 'demand', 'changes-requested', 'not-effective')),
  state text not null default 'queued'
    check (state in ('queued', 'running', 'waiting', 'done', 'failed', 'cancelled', 'superseded')),
  -- The stage it is in: assess, plan, patch, verify, decide, hand-over, confirm, record.
  stage text not null default 'assess',
  base_commit text,
  finding_ids text[] not null,
  avoid text[] not null default '{}',
  -- A person let it take versions younger than the cooldown.
  without_cooldown boolean not null default false,
  policy_version int not null,
  requested_by bigint references user_account (id),
  started_at timestamptz not null default now(),
  -- Its changes, if any, are proven and stored.
  proven_at timestamptz,
  ended_at timestamptz,
  -- UnfixedFinding[], Problem[]: what stays and why.
  unfixed jsonb not null default '[]',
  problems jsonb not null default '[]',
  error text
);
create index remediation_asset on remediation (asset_id, started_at desc);
create index remediation_started on remediation (started_at desc, id);
create index remediation_active on remediation (asset_id) where state in ('queued', 'running', 'waiting');
create unique index remediation_work on remediation (asset_id, work_key)
  where state in ('queued', 'running', 'waiting');

create table change (
  -- Of the remedies, their base and the remediation.
  id text primary key,
  remediation_id text not null references remediation (id) on delete cascade,
  asset_id bigint not null references asset (id) on delete cascade,
  -- Changes of one remediation are on top of each other, in this order.
  position int not null,
  state text not null check (state in ('withheld', 'observed', 'suggested', 'awaiting-approval',
    'scheduled', 'handed-over', 'closed', 'not-effective', 'rejected', 'superseded', 'cancelled')),
  state_since timestamptz not null default now(),
  title text not null,
  lockfile text not null,
  remedies jsonb not null,
  -- Fingerprint of the remedies alone: one open change per asset and set of remedies.
  remedy_set text not null,
  closes text[] not null,
  files text[] not null,
  -- Unified diff against the base (bounded; `diff_truncated` says when it was cut).
  diff text not null default '',
  diff_truncated boolean not null default false,
  -- The commit it is made on: the watched branch's, or the change before it.
  base_commit text,
  branch text,
  -- The commit that carries it. Everything that goes into its id is here, so that any worker can
  -- make it again: path to new text (null: deleted), message and time.
  commit text,
  contents jsonb not null default '{}',
  message text not null default '',
  committed_at timestamptz not null default now(),
  verdict text not null check (verdict in ('proven', 'failed', 'inconclusive')),
  because text not null default '',
  confidence real not null,
  confidence_low real not null,
  confidence_high real not null,
  risk_removed real not null,
  -- The VerifiedChange as the pipeline wrote it.
  detail jsonb not null,
  -- The Findings that it closes, as they were when it was proven; decisions are made from them.
  closing jsonb not null default '[]',
  -- The DSSE envelope, and the digest of its payload.
  evidence jsonb,
  evidence_sha256 text,
  not_before timestamptz,
  -- branch or merge, once it is decided.
  hand_over text check (hand_over in ('branch', 'merge')),
  -- The version of the policy that looked at it last, and the rule that applied.
  decided_by_policy int,
  rule text,
  -- What a person decided instead of policy: {outcome, by, reason, at, decision}.
  override jsonb,
  -- Where it was found closed, or not effective.
  closed_commit text,
  created_at timestamptz not null default now(),
  handed_over_at timestamptz,
  closed_at timestamptz
);
create index change_asset on change (asset_id, created_at desc);
create index change_state on change (state, created_at desc, id);
create unique index change_open on change (asset_id, remedy_set)
  where state in ('observed', 'suggested', 'awaiting-approval', 'scheduled', 'handed-over');

-- People are asked.
create table approval (
  change_id text primary key references change (id) on delete cascade,
  quorum int not null,
  -- Roles, groups (group:NAME) or users (user:ID) whose votes count now; escalation adds to them.
  approvers text[] not null,
  -- Users whose votes do not count: who asked for this change or made it (four eyes).
  excluded text[] not null default '{}',
  requested_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- [{afterHours, to: [...]}] with what was done of it.
  escalation jsonb not null default '[]',
  escalated int not null default 0,
  next_escalation_at timestamptz,
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'rejected', 'changes-requested', 'expired', 'withdrawn')),
  decided_at timestamptz
);
create index approval_waiting on approval (next_escalation_at) where state = 'waiting';

create table vote (
  -- One for each person and change: a later one takes the place of the earlier.
  id bigint generated always as identity primary key,
  change_id text not null references change (id) on delete cascade,
  user_id bigint not null references user_account (id),
  verdict text not null check (verdict in ('approve', 'reject', 'request-changes')),
  reason text not null default '',
  avoid text[] not null default '{}',
  at timestamptz not null default now(),
  unique (change_id, user_id)
);

-- What really happened to a change.
create table outcome (
  id bigint generated always as identity primary key,
  change_id text not null references change (id) on delete cascade,
  result text not null check (result in ('held', 'broke')),
  note text not null default '',
  -- A user, or null when the control plane saw it by itself.
  reported_by bigint references user_account (id),
  at timestamptz not null default now()
);
create index outcome_change on outcome (change_id);
