-- Findings: an advisory, a component, an asset; where each stands and how it got there.

-- What findings are about: an advisory in a package, and the version that ends it. There are some
-- thousands of these however many findings there are, so that text is looked for here.
create table vulnerability (
  id int generated always as identity primary key,
  ecosystem text not null,
  package text not null,
  advisory_id text not null,
  aliases text[] not null default '{}',
  summary text not null,
  -- The lowest version that ends it, for those that have a version it ends in; null: none known.
  fixed_in text,
  -- Findings that one remedy would close: ecosystem, package and target version.
  remedy_group text not null,
  -- Package, ids and summary in lower case.
  search text not null,
  unique nulls not distinct (ecosystem, package, advisory_id, fixed_in)
);
create index vulnerability_package on vulnerability (package);
create index vulnerability_advisory on vulnerability (advisory_id);
create index vulnerability_aliases on vulnerability using gin (aliases);
create index vulnerability_group on vulnerability (remedy_group);

-- One number for everything that findings are filtered by and that has few values; the same order
-- as in src/store/finding-facets.ts. Null where a value is none of ours.
create function finding_facet(state text, band text, severity text, reachability text,
  environment text, kev boolean, fixable boolean) returns smallint
language sql immutable parallel safe as $$
  select ((((((
    array_position(array['open', 'in-progress', 'awaiting-approval', 'patched', 'verified-closed',
      'accepted', 'not-affected', 'reopened'], state) - 1) * 3 +
    array_position(array['act', 'attend', 'track'], band) - 1) * 6 +
    array_position(array['critical', 'high', 'medium', 'low', 'none', 'unknown'], severity) - 1) * 3 +
    array_position(array['reachable', 'not-reachable', 'unknown'], reachability) - 1) * 4 +
    array_position(array['production', 'staging', 'test', 'development'], environment) - 1) * 2 +
    kev::int) * 2 + fixable::int
$$;

create table finding (
  -- The scanner's fingerprint of asset, purl and advisory: spread evenly, so that a stretch of ids
  -- is a fair sample.
  id text primary key,
  asset_id bigint not null references asset (id) on delete cascade,
  vulnerability_id int not null references vulnerability (id),
  state text not null default 'open' check (state in ('open', 'in-progress', 'awaiting-approval',
    'patched', 'verified-closed', 'accepted', 'not-affected', 'reopened')),
  state_since timestamptz not null default now(),
  band text not null check (band in ('act', 'attend', 'track')),
  score real not null,
  severity text not null check (severity in ('critical', 'high', 'medium', 'low', 'none', 'unknown')),
  ecosystem text not null,
  package text not null,
  version text not null,
  purl text not null,
  scope text not null,
  direct boolean not null,
  advisory_id text not null,
  reachability text not null check (reachability in ('reachable', 'not-reachable', 'unknown')),
  kev boolean not null default false,
  -- The lowest version that ends it; null: none known.
  fixed_in text,
  -- Kept from the asset by a trigger of it.
  environment text not null check (environment in ('production', 'staging', 'test', 'development')),
  archived boolean not null default false,
  due date,
  first_seen timestamptz not null default now(),
  -- To the hour: findings that are still there are not written again with every scan.
  last_seen timestamptz not null default now(),
  closed_at timestamptz,
  -- The change that is to close it or has closed it.
  change_id text,
  -- Who keeps it accepted: the asset's own file, or an exception.
  accepted_by text check (accepted_by in ('file', 'exception')),
  -- Still there and not accepted: open, in-progress, awaiting-approval, patched, reopened.
  exposed boolean not null generated always as (not archived and
    state in ('open', 'in-progress', 'awaiting-approval', 'patched', 'reopened')) stored,
  -- Null for archived assets: no list and no count has them.
  facet smallint generated always as (case when archived then null else
    finding_facet(state, band, severity, reachability, environment, kev, fixed_in is not null) end) stored
) with (fillfactor = 90);
create index finding_asset on finding (asset_id, exposed, score desc);
-- One for each order that lists have: within a facet, rows are read in that order, and what else
-- they are filtered by is there, so that the rows themselves are not looked at.
create index finding_by_score on finding (facet, score desc, id desc)
  include (vulnerability_id, due, first_seen);
create index finding_by_due on finding (facet, coalesce(due, 'infinity'), id)
  include (vulnerability_id, due, first_seen);
create index finding_by_first_seen on finding (facet, first_seen desc, id desc)
  include (vulnerability_id, due);
create index finding_by_package on finding (facet, package, id)
  include (vulnerability_id, due, first_seen);
create index finding_vulnerability on finding (vulnerability_id, facet, score desc)
  include (id, due, first_seen, asset_id);
create index finding_vulnerability_due on finding (vulnerability_id, facet, due);
create index finding_closed on finding (closed_at) include (id, band, environment, first_seen)
  where closed_at is not null;
create index finding_change on finding (change_id) where change_id is not null;

-- The whole finding as the scanner wrote it (the `scan --format json` shape). Apart, so that what
-- lists and counts read stays small.
create table finding_detail (
  finding_id text primary key references finding (id) on delete cascade,
  detail jsonb not null
);

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
  decision_seq bigint,
  -- The scan that saw it.
  scan_id bigint
);
create index finding_event_finding on finding_event (finding_id, id);
create index finding_event_scan on finding_event (scan_id) where scan_id is not null;
create index finding_event_at on finding_event using brin (at);

-- Counts that are kept, because counting a million rows takes too long. Writers only ever add rows
-- to finding_delta, so that they never wait for each other; now and then deltas are folded into the
-- three counts. What is true at any moment is a count plus its deltas. `risk` is the sum of scores
-- in hundredths.
create table finding_delta (
  vulnerability_id int not null,
  facet smallint not null,
  due date,
  n int not null,
  risk bigint not null
);
create table finding_count (
  facet smallint primary key,
  n int not null,
  risk bigint not null
);
create table vulnerability_count (
  vulnerability_id int not null,
  facet smallint not null,
  n int not null,
  risk bigint not null,
  primary key (vulnerability_id, facet)
);
create table due_count (
  due date not null,
  facet smallint not null,
  n int not null,
  primary key (due, facet)
);

-- What is exposed on each asset, and the last scan whose findings were recorded.
create table asset_exposure (
  asset_id bigint primary key references asset (id) on delete cascade,
  act int not null default 0,
  attend int not null default 0,
  track int not null default 0,
  risk bigint not null default 0,
  scan_id bigint
);
create index asset_exposure_risk on asset_exposure (risk desc, asset_id desc);

-- How many rows of a kind there are more (or, below zero, fewer) after a statement.
create type finding_tally as (asset_id bigint, vulnerability_id int, facet smallint, due date,
  exposed boolean, band text, n int, risk bigint);

create function count_findings() returns trigger language plpgsql as $$
declare
  changes finding_tally[];
begin
  if tg_op = 'INSERT' then
    changes := array(
      select (asset_id, vulnerability_id, facet, due, exposed, band,
        count(*), sum(round(score::float8 * 100)))::finding_tally
      from new_rows group by asset_id, vulnerability_id, facet, due, exposed, band);
  elsif tg_op = 'DELETE' then
    changes := array(
      select (asset_id, vulnerability_id, facet, due, exposed, band,
        -count(*), -sum(round(score::float8 * 100)))::finding_tally
      from old_rows group by asset_id, vulnerability_id, facet, due, exposed, band);
  else
    changes := array(
      select (asset_id, vulnerability_id, facet, due, exposed, band,
        sum(n), sum(n * round(score::float8 * 100)))::finding_tally
      from (
        select asset_id, vulnerability_id, facet, due, exposed, band, score, 1 as n from new_rows
        union all
        select asset_id, vulnerability_id, facet, due, exposed, band, score, -1 from old_rows
      ) before_and_after
      group by asset_id, vulnerability_id, facet, due, exposed, band
      having sum(n) <> 0 or sum(n * round(score::float8 * 100)) <> 0);
  end if;
  insert into finding_delta (vulnerability_id, facet, due, n, risk)
    select vulnerability_id, facet, due, sum(n), sum(risk) from unnest(changes)
    where facet is not null
    group by vulnerability_id, facet, due having sum(n) <> 0 or sum(risk) <> 0;
  -- In the order of the assets, so that two writers of several never wait for each other in a ring.
  insert into asset_exposure (asset_id, act, attend, track, risk)
    select asset_id, coalesce(sum(n) filter (where band = 'act'), 0),
      coalesce(sum(n) filter (where band = 'attend'), 0),
      coalesce(sum(n) filter (where band = 'track'), 0), sum(risk)
    from unnest(changes) as changed
    where exposed and exists (select from asset where id = changed.asset_id)
    group by asset_id order by asset_id
    on conflict (asset_id) do update set act = asset_exposure.act + excluded.act,
      attend = asset_exposure.attend + excluded.attend,
      track = asset_exposure.track + excluded.track, risk = asset_exposure.risk + excluded.risk;
  return null;
end $$;
create trigger finding_inserted after insert on finding referencing new table as new_rows
  for each statement execute function count_findings();
create trigger finding_deleted after delete on finding referencing old table as old_rows
  for each statement execute function count_findings();
create trigger finding_updated after update on finding
  referencing old table as old_rows new table as new_rows
  for each statement execute function count_findings();

-- Folds deltas into counts, unless somebody else is at it; says how many deltas there were.
create function fold_finding_deltas() returns bigint language plpgsql as $$
declare
  deltas finding_delta[];
begin
  if not pg_try_advisory_xact_lock(hashtextextended('suture fold_finding_deltas', 0)) then
    return 0;
  end if;
  with taken as (delete from finding_delta returning *)
    select array_agg(taken::finding_delta) into deltas from taken;
  insert into finding_count
    select facet, sum(n), sum(risk) from unnest(deltas) group by facet
    on conflict (facet) do update set n = finding_count.n + excluded.n,
      risk = finding_count.risk + excluded.risk;
  insert into vulnerability_count
    select vulnerability_id, facet, sum(n), sum(risk) from unnest(deltas)
    group by vulnerability_id, facet
    on conflict (vulnerability_id, facet) do update set n = vulnerability_count.n + excluded.n,
      risk = vulnerability_count.risk + excluded.risk;
  insert into due_count
    select due, facet, sum(n) from unnest(deltas) where due is not null group by due, facet
    having sum(n) <> 0
    on conflict (due, facet) do update set n = due_count.n + excluded.n;
  -- Rows that came to nothing are only in the way; there are few, and only those just touched.
  delete from vulnerability_count c using unnest(deltas) d
    where c.vulnerability_id = d.vulnerability_id and c.facet = d.facet and c.n = 0;
  delete from due_count c using unnest(deltas) d
    where c.due = d.due and c.facet = d.facet and c.n = 0;
  return coalesce(array_length(deltas, 1), 0);
end $$;

-- Findings have their asset's environment, and leave every list and count when it is archived.
create function asset_to_findings() returns trigger language plpgsql as $$
begin
  -- In the order that all writers take, so that none waits for another in a ring.
  perform from finding where asset_id = new.id order by id for update;
  update finding set environment = new.environment, archived = new.archived_at is not null
    where asset_id = new.id and
      (environment, archived) is distinct from (new.environment, new.archived_at is not null);
  return null;
end $$;
create trigger asset_changed after update on asset for each row
  when (old.environment is distinct from new.environment or
    (old.archived_at is null) is distinct from (new.archived_at is null))
  execute function asset_to_findings();

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
create index exception_advisory on exception (advisory_id) where advisory_id is not null;

-- Exposure at the end of each day (UTC), per environment; today's row is kept up to date.
create table exposure_day (
  day date not null,
  environment text not null,
  act int not null default 0,
  attend int not null default 0,
  track int not null default 0,
  -- Sum of scores.
  risk double precision not null default 0,
  -- Findings that began to count on that day, and that ceased to.
  opened int not null default 0,
  closed int not null default 0,
  -- When it was counted: a day is final once it was counted after its end.
  rolled_at timestamptz not null default now(),
  primary key (day, environment)
);
