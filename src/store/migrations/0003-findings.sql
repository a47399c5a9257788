-- Findings: an advisory, a component, an asset; where each stands and how it got there.

create table finding (
  -- The scanner's fingerprint of asset, purl and advisory.
  id text primary key,
  asset_id bigint not null references asset (id) on delete cascade,
  state text not null default 'open' check (state in ('open', 'in-progress', 'awaiting-approval',
    'patched', 'verified-closed', 'accepted', 'not-affected', 'reopened')),
  state_since timestamptz not null default now(),
  -- Still there and not accepted: open, in-progress, awaiting-approval, patched, reopened.
  exposed boolean not null generated always as
    (state in ('open', 'in-progress', 'awaiting-approval', 'patched', 'reopened')) stored,
  band text not null check (band in ('act', 'attend', 'track')),
  score real not null,
  severity text not null,
  ecosystem text not null,
  package text not null,
  version text not null,
  purl text not null,
  scope text not null,
  direct boolean not null,
  advisory_id text not null,
  aliases text[] not null default '{}',
  summary text not null,
  reachability text not null check (reachability in ('reachable', 'not-reachable', 'unknown')),
  kev boolean not null default false,
  -- The lowest version that ends it; null: none known.
  fixed_in text,
  -- Denormalised from the asset for filters.
  environment text not null,
  due date,
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  closed_at timestamptz,
  -- The change that is to close it or has closed it.
  change_id text,
  -- Findings that one remedy would close: ecosystem, package and target version.
  remedy_group text not null,
  -- The whole finding as the scanner wrote it (the `scan --format json` shape).
  detail jsonb not null
);
create index finding_asset on finding (asset_id, exposed, score desc);
create index finding_exposed on finding (score desc, id) where exposed;
create index finding_band on finding (band, score desc, id) where exposed;
create index finding_state on finding (state, score desc, id);
create index finding_package on finding (package, score desc, id);
create index finding_advisory on finding (advisory_id);
create index finding_aliases on finding using gin (aliases);
create index finding_due on finding (due, id) where exposed and due is not null;
create index finding_group on finding (remedy_group) where exposed;
create index finding_change on finding (change_id) where change_id is not null;

-- Full history; nothing is ever taken out.
create table finding_event (
  id bigint generated always as identity primary key,
  finding_id text not null references finding (id) on delete cascade,
  at timestamptz not null default now(),
  event text not null,
  from_state text,
  to_state text not null,
  -- 'scan', 'workflow', 'policy', or a user id.
  actor text not null,
  because text not null default '',
  change_id text,
  decision_seq bigint
);
create index finding_event_finding on finding_event (finding_id, id);

-- A person's acceptance of findings, for a time.
create table exception (
  id bigint generated always as identity primary key,
  -- What it covers: one finding; or an advisory (by any id), in a package and on an asset where given.
  finding_id text,
  advisory_id text,
  package text,
  asset_id bigint references asset (id) on delete cascade,
  kind text not null default 'accepted' check (kind in ('accepted', 'not-affected')),
  reason text not null,
  owner bigint not null references user_account (id),
  compensating_control text not null default '',
  expires_at timestamptz not null,
  requested_by bigint not null references user_account (id),
  requested_at timestamptz not null default now(),
  decided_by bigint references user_account (id),
  decided_at timestamptz,
  state text not null default 'requested' check (state in ('requested', 'active', 'rejected', 'withdrawn', 'expired')),
  check (finding_id is not null or advisory_id is not null)
);
create index exception_active on exception (state, expires_at);
create index exception_finding on exception (finding_id) where finding_id is not null;

-- Exposure at the end of each day (UTC), per environment; today's row is kept up to date.
create table exposure_day (
  day date not null,
  environment text not null,
  act int not null default 0,
  attend int not null default 0,
  track int not null default 0,
  risk double precision not null default 0,
  opened int not null default 0,
  closed int not null default 0,
  primary key (day, environment)
);
