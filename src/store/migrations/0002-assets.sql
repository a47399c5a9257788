-- Assets with context, and what is installed on them.

create table asset (
  id bigint generated always as identity primary key,
  -- The scanner's id of it, stable across machines: findings' ids are made from it.
  identity text not null unique,
  kind text not null check (kind in ('repository', 'sbom', 'host')),
  name text not null,
  -- Path or git URL without credentials; null for an uploaded SBOM.
  location text,
  -- Folder inside the repository, for one of several projects in it; '' is the root.
  folder text not null default '',
  -- The branch that is watched; null: the remote's HEAD.
  branch text,
  -- env:NAME or file:PATH, never the secret itself.
  credential text,
  owners text[] not null default '{}',
  labels jsonb not null default '{}',
  -- Cron expression in UTC; null: the server's default.
  schedule text,
  registered_by bigint references user_account (id),
  registered_at timestamptz not null default now(),
  archived_at timestamptz,
  -- The last scan that succeeded.
  scanned_at timestamptz,
  scanned_commit text,
  inventory_id bigint,
  next_scan_at timestamptz not null default now(),
  -- The effective context, kept from `asset_context` for filters.
  environment text not null default 'production'
    check (environment in ('production', 'staging', 'test', 'development')),
  exposure text not null default 'internal' check (exposure in ('internet', 'internal', 'isolated')),
  criticality smallint not null default 3 check (criticality between 1 and 4),
  data_sensitivity text not null default 'internal'
    check (data_sensitivity in ('regulated', 'confidential', 'internal', 'public'))
);
-- Two branches of one repository are two assets.
create unique index asset_place on asset (location, folder, coalesce(branch, ''))
  where location is not null and archived_at is null;
create index asset_due on asset (next_scan_at) where archived_at is null and kind <> 'host';
create index asset_inventory on asset (inventory_id) where archived_at is null;
create index asset_name on asset (name, id);
create index asset_owners on asset using gin (owners);
create index asset_labels on asset using gin (labels jsonb_path_ops);

-- What is believed about an asset, by whom, since when. The effective value of a field is that of
-- the strongest source: person, file, inferred, default.
create table asset_context (
  asset_id bigint not null references asset (id) on delete cascade,
  field text not null check (field in ('environment', 'exposure', 'criticality', 'dataSensitivity')),
  source text not null check (source in ('person', 'file', 'inferred', 'default')),
  value jsonb not null,
  because text not null,
  -- Since when this source says this value; saying it again does not make it younger.
  observed_at timestamptz not null default now(),
  stated_by bigint references user_account (id),
  primary key (asset_id, field, source)
);

-- What an asset depends on (other assets), as a person said it or as it was seen.
create table asset_dependency (
  asset_id bigint not null references asset (id) on delete cascade,
  depends_on bigint not null references asset (id) on delete cascade,
  source text not null check (source in ('person', 'inferred')),
  because text not null default '',
  primary key (asset_id, depends_on, source)
);
create index asset_dependency_reverse on asset_dependency (depends_on);

-- A package version as inventoried; shared by all assets that have it in the same way.
create table component (
  id int generated always as identity primary key,
  -- Of everything below: names and versions come from files of others and may be too long to index.
  hash bytea not null unique,
  -- The first 64 bits of a hash of ecosystem and name as its registry compares names.
  package_key bigint not null,
  ecosystem text not null,
  name text not null,
  version text not null,
  purl text not null,
  scope text not null,
  direct boolean not null
);
create index component_package on component (package_key);

-- A stretch of components, sorted by package; where one ends is decided by the package's name, so
-- that a changed version changes one chunk and assets with mostly the same packages share the rest.
create table component_chunk (
  id int generated always as identity primary key,
  -- Of its components' hashes.
  hash bytea not null unique,
  components int[] not null
);
create index component_chunk_components on component_chunk using gin (components);

create table inventory (
  id bigint generated always as identity primary key,
  -- Of its chunks' hashes.
  hash bytea not null unique,
  chunks int[] not null,
  component_count int not null
);
create index inventory_chunks on inventory using gin (chunks);
alter table asset add foreign key (inventory_id) references inventory (id);

create table scan (
  id bigint generated always as identity primary key,
  -- The durable workflow that does it, and the run's name to people.
  workflow_id text not null unique,
  asset_id bigint not null references asset (id) on delete cascade,
  trigger text not null check (trigger in ('registered', 'schedule', 'demand', 'push', 'advisories', 'merge')),
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  requested_by bigint references user_account (id),
  commit text,
  -- When it was asked for; then, when it began.
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  components int,
  findings_open int,
  findings_new int,
  findings_closed int,
  problems jsonb not null default '[]',
  error text
);
create index scan_asset on scan (asset_id, id desc);
create index scan_started on scan (started_at desc, workflow_id);
-- Whoever asks for a scan while one waits gets that one.
create unique index scan_queued on scan (asset_id) where state = 'queued';

-- Feed syncs, and which packages' advisories each changed; the delta that is matched.
create table feed_sync (
  id bigint generated always as identity primary key,
  workflow_id text not null unique,
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  requested_by bigint references user_account (id),
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  feeds jsonb not null default '[]',
  changes jsonb,
  packages_changed int,
  assets_touched int,
  problems jsonb not null default '[]',
  error text
);
create index feed_sync_started on feed_sync (started_at desc, workflow_id);
create unique index feed_sync_one on feed_sync ((true)) where state in ('queued', 'running');
