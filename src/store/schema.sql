-- What all migrations together make, to read and to compare.
-- Written by scripts/schema-sql.ts from a migrated database: run it, do not edit this.

create sequence public.live_event_id as bigint start 1 increment 1 minvalue 1 maxvalue 9223372036854775807;

create type public.finding_tally as (asset_id bigint, vulnerability_id integer, facet smallint, due date, exposed boolean, band text, n integer, risk bigint);

CREATE OR REPLACE FUNCTION public.announce_live_event()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  committed_as bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('suture live_event', 0));
  committed_as := nextval('live_event_id');
  update live_event set id = committed_as where id = new.id;
  perform pg_notify('suture_live', json_build_object('id', committed_as::text, 'topic', new.topic,
    'subject', new.subject, 'assetId', new.asset_id::text)::text);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.asset_to_findings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- In the order that all writers take, so that none waits for another in a ring.
  perform from finding where asset_id = new.id order by id for update;
  update finding set environment = new.environment, archived = new.archived_at is not null
    where asset_id = new.id and
      (environment, archived) is distinct from (new.environment, new.archived_at is not null);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.count_findings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.finding_facet(state text, band text, severity text, reachability text, environment text, kev boolean, fixable boolean)
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select ((((((
    array_position(array['open', 'in-progress', 'awaiting-approval', 'patched', 'verified-closed',
      'accepted', 'not-affected', 'reopened'], state) - 1) * 3 +
    array_position(array['act', 'attend', 'track'], band) - 1) * 6 +
    array_position(array['critical', 'high', 'medium', 'low', 'none', 'unknown'], severity) - 1) * 3 +
    array_position(array['reachable', 'not-reachable', 'unknown'], reachability) - 1) * 4 +
    array_position(array['production', 'staging', 'test', 'development'], environment) - 1) * 2 +
    kev::int) * 2 + fixable::int
$function$;

CREATE OR REPLACE FUNCTION public.fold_finding_deltas()
 RETURNS bigint
 LANGUAGE plpgsql
AS $function$
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
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_to_forget()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% is append-only', tg_table_name;
end $function$;

create table public.api_token (
  id bigint generated always as identity not null,
  user_id bigint not null,
  name text not null,
  hash bytea not null,
  scopes text[] not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint api_token_hash_key UNIQUE (hash),
  constraint api_token_pkey PRIMARY KEY (id)
);

create table public.approval (
  change_id text not null,
  quorum integer not null,
  approvers text[] not null,
  excluded text[] default '{}'::text[] not null,
  requested_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  escalation jsonb default '[]'::jsonb not null,
  escalated integer default 0 not null,
  next_escalation_at timestamp with time zone,
  state text default 'waiting'::text not null,
  decided_at timestamp with time zone,
  constraint approval_pkey PRIMARY KEY (change_id),
  constraint approval_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'approved'::text, 'rejected'::text, 'changes-requested'::text, 'expired'::text, 'withdrawn'::text])))
);

create table public.asset (
  id bigint generated always as identity not null,
  identity text not null,
  kind text not null,
  name text not null,
  location text,
  folder text default ''::text not null,
  branch text,
  credential text,
  owners text[] default '{}'::text[] not null,
  labels jsonb default '{}'::jsonb not null,
  schedule text,
  registered_by bigint,
  registered_at timestamp with time zone default now() not null,
  archived_at timestamp with time zone,
  scanned_at timestamp with time zone,
  scanned_commit text,
  inventory_id bigint,
  next_scan_at timestamp with time zone default now() not null,
  environment text default 'production'::text not null,
  exposure text default 'internal'::text not null,
  criticality smallint default 3 not null,
  data_sensitivity text default 'internal'::text not null,
  constraint asset_criticality_check CHECK (((criticality >= 1) AND (criticality <= 4))),
  constraint asset_data_sensitivity_check CHECK ((data_sensitivity = ANY (ARRAY['regulated'::text, 'confidential'::text, 'internal'::text, 'public'::text]))),
  constraint asset_environment_check CHECK ((environment = ANY (ARRAY['production'::text, 'staging'::text, 'test'::text, 'development'::text]))),
  constraint asset_exposure_check CHECK ((exposure = ANY (ARRAY['internet'::text, 'internal'::text, 'isolated'::text]))),
  constraint asset_identity_key UNIQUE (identity),
  constraint asset_kind_check CHECK ((kind = ANY (ARRAY['repository'::text, 'sbom'::text, 'host'::text]))),
  constraint asset_pkey PRIMARY KEY (id)
);

create table public.asset_context (
  asset_id bigint not null,
  field text not null,
  source text not null,
  value jsonb not null,
  because text not null,
  observed_at timestamp with time zone default now() not null,
  stated_by bigint,
  constraint asset_context_field_check CHECK ((field = ANY (ARRAY['environment'::text, 'exposure'::text, 'criticality'::text, 'dataSensitivity'::text]))),
  constraint asset_context_pkey PRIMARY KEY (asset_id, field, source),
  constraint asset_context_source_check CHECK ((source = ANY (ARRAY['person'::text, 'file'::text, 'inferred'::text, 'default'::text])))
);

create table public.asset_dependency (
  asset_id bigint not null,
  depends_on bigint not null,
  source text not null,
  because text default ''::text not null,
  constraint asset_dependency_pkey PRIMARY KEY (asset_id, depends_on, source),
  constraint asset_dependency_source_check CHECK ((source = ANY (ARRAY['person'::text, 'inferred'::text])))
);

create table public.asset_exposure (
  asset_id bigint not null,
  act integer default 0 not null,
  attend integer default 0 not null,
  track integer default 0 not null,
  risk bigint default 0 not null,
  scan_id bigint,
  constraint asset_exposure_pkey PRIMARY KEY (asset_id)
);

create table public.change (
  id text not null,
  remediation_id text not null,
  asset_id bigint not null,
  "position" integer not null,
  state text not null,
  state_since timestamp with time zone default now() not null,
  title text not null,
  lockfile text not null,
  remedies jsonb not null,
  remedy_set text not null,
  closes text[] not null,
  files text[] not null,
  diff text default ''::text not null,
  diff_truncated boolean default false not null,
  base_commit text,
  branch text,
  commit text,
  contents jsonb default '{}'::jsonb not null,
  message text default ''::text not null,
  committed_at timestamp with time zone default now() not null,
  verdict text not null,
  because text default ''::text not null,
  confidence real not null,
  confidence_low real not null,
  confidence_high real not null,
  risk_removed real not null,
  detail jsonb not null,
  closing jsonb default '[]'::jsonb not null,
  evidence jsonb,
  evidence_sha256 text,
  not_before timestamp with time zone,
  hand_over text,
  decided_by_policy integer,
  rule text,
  override jsonb,
  closed_commit text,
  created_at timestamp with time zone default now() not null,
  handed_over_at timestamp with time zone,
  closed_at timestamp with time zone,
  constraint change_hand_over_check CHECK ((hand_over = ANY (ARRAY['branch'::text, 'merge'::text]))),
  constraint change_pkey PRIMARY KEY (id),
  constraint change_state_check CHECK ((state = ANY (ARRAY['withheld'::text, 'observed'::text, 'suggested'::text, 'awaiting-approval'::text, 'scheduled'::text, 'handed-over'::text, 'closed'::text, 'not-effective'::text, 'rejected'::text, 'superseded'::text, 'cancelled'::text]))),
  constraint change_verdict_check CHECK ((verdict = ANY (ARRAY['proven'::text, 'failed'::text, 'inconclusive'::text])))
);

create table public.channel (
  id bigint generated always as identity not null,
  name text not null,
  kind text not null,
  address text not null,
  credential text,
  sender text,
  recipients text[] default '{}'::text[] not null,
  kinds text[] default '{}'::text[] not null,
  digest_minutes integer default 60 not null,
  enabled boolean default true not null,
  created_at timestamp with time zone default now() not null,
  constraint channel_kind_check CHECK ((kind = ANY (ARRAY['email'::text, 'slack'::text, 'teams'::text, 'webhook'::text]))),
  constraint channel_name_key UNIQUE (name),
  constraint channel_pkey PRIMARY KEY (id)
);

create table public.component (
  id integer generated always as identity not null,
  hash bytea not null,
  package_key bigint not null,
  ecosystem text not null,
  name text not null,
  version text not null,
  purl text not null,
  scope text not null,
  direct boolean not null,
  constraint component_hash_key UNIQUE (hash),
  constraint component_pkey PRIMARY KEY (id)
);

create table public.component_chunk (
  id integer generated always as identity not null,
  hash bytea not null,
  components integer[] not null,
  constraint component_chunk_hash_key UNIQUE (hash),
  constraint component_chunk_pkey PRIMARY KEY (id)
);

create table public.decision (
  seq bigint not null,
  at timestamp with time zone not null,
  kind text not null,
  subject_type text not null,
  subject_id text not null,
  asset_id bigint,
  outcome text not null,
  actor_type text not null,
  actor text not null,
  record jsonb not null,
  key text not null,
  previous_hash text not null,
  hash text not null,
  constraint decision_hash_key UNIQUE (hash),
  constraint decision_key_key UNIQUE (key),
  constraint decision_pkey PRIMARY KEY (seq)
);

create table public.decision_checkpoint (
  seq bigint not null,
  hash text not null,
  at timestamp with time zone not null,
  key_id text not null,
  signature text not null,
  constraint decision_checkpoint_pkey PRIMARY KEY (seq)
);

create table public.decision_feedback (
  id bigint generated always as identity not null,
  decision_seq bigint not null,
  user_id bigint not null,
  verdict text not null,
  reason text not null,
  at timestamp with time zone default now() not null,
  recorded_as bigint not null,
  constraint decision_feedback_pkey PRIMARY KEY (id),
  constraint decision_feedback_recorded_as_key UNIQUE (recorded_as),
  constraint decision_feedback_verdict_check CHECK ((verdict = ANY (ARRAY['wrong-priority'::text, 'wrong-context'::text, 'bad-patch'::text, 'right'::text])))
);

create table public.delivery (
  id bigint generated always as identity not null,
  notification_id bigint not null,
  channel_id bigint not null,
  recipient text default ''::text not null,
  message_id text,
  state text default 'pending'::text not null,
  attempts integer default 0 not null,
  next_attempt_at timestamp with time zone default now() not null,
  sent_at timestamp with time zone,
  error text,
  constraint delivery_notification_id_channel_id_recipient_key UNIQUE (notification_id, channel_id, recipient),
  constraint delivery_pkey PRIMARY KEY (id),
  constraint delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sending'::text, 'sent'::text, 'refused'::text])))
);

create table public.due_count (
  due date not null,
  facet smallint not null,
  n integer not null,
  constraint due_count_pkey PRIMARY KEY (due, facet)
);

create table public.exception (
  id bigint generated always as identity not null,
  finding_id text,
  advisory_id text,
  package text,
  asset_id bigint,
  kind text default 'accepted'::text not null,
  reason text not null,
  owner bigint not null,
  compensating_control text default ''::text not null,
  expires_at timestamp with time zone not null,
  requested_by bigint not null,
  requested_at timestamp with time zone default now() not null,
  decided_by bigint,
  decided_at timestamp with time zone,
  state text default 'requested'::text not null,
  constraint exception_check CHECK (((finding_id IS NOT NULL) OR (advisory_id IS NOT NULL))),
  constraint exception_kind_check CHECK ((kind = ANY (ARRAY['accepted'::text, 'not-affected'::text]))),
  constraint exception_pkey PRIMARY KEY (id),
  constraint exception_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'active'::text, 'rejected'::text, 'withdrawn'::text, 'expired'::text])))
);

create table public.exposure_day (
  day date not null,
  environment text not null,
  act integer default 0 not null,
  attend integer default 0 not null,
  track integer default 0 not null,
  risk double precision default 0 not null,
  opened integer default 0 not null,
  closed integer default 0 not null,
  rolled_at timestamp with time zone default now() not null,
  constraint exposure_day_pkey PRIMARY KEY (day, environment)
);

create table public.feed_sync (
  id bigint generated always as identity not null,
  workflow_id text not null,
  state text default 'queued'::text not null,
  requested_by bigint,
  started_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  feeds jsonb default '[]'::jsonb not null,
  changes jsonb,
  packages_changed integer,
  assets_touched integer,
  problems jsonb default '[]'::jsonb not null,
  error text,
  constraint feed_sync_pkey PRIMARY KEY (id),
  constraint feed_sync_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text]))),
  constraint feed_sync_workflow_id_key UNIQUE (workflow_id)
);

create table public.finding (
  id text not null,
  asset_id bigint not null,
  vulnerability_id integer not null,
  state text default 'open'::text not null,
  state_since timestamp with time zone default now() not null,
  band text not null,
  score real not null,
  severity text not null,
  ecosystem text not null,
  package text not null,
  version text not null,
  purl text not null,
  scope text not null,
  direct boolean not null,
  advisory_id text not null,
  reachability text not null,
  kev boolean default false not null,
  fixed_in text,
  environment text not null,
  archived boolean default false not null,
  due date,
  first_seen timestamp with time zone default now() not null,
  last_seen timestamp with time zone default now() not null,
  closed_at timestamp with time zone,
  change_id text,
  accepted_by text,
  exposed boolean generated always as (((NOT archived) AND (state = ANY (ARRAY['open'::text, 'in-progress'::text, 'awaiting-approval'::text, 'patched'::text, 'reopened'::text])))) stored not null,
  facet smallint generated always as (
CASE
    WHEN archived THEN NULL::smallint
    ELSE public.finding_facet(state, band, severity, reachability, environment, kev, (fixed_in IS NOT NULL))
END) stored,
  constraint finding_accepted_by_check CHECK ((accepted_by = ANY (ARRAY['file'::text, 'exception'::text]))),
  constraint finding_band_check CHECK ((band = ANY (ARRAY['act'::text, 'attend'::text, 'track'::text]))),
  constraint finding_environment_check CHECK ((environment = ANY (ARRAY['production'::text, 'staging'::text, 'test'::text, 'development'::text]))),
  constraint finding_pkey PRIMARY KEY (id),
  constraint finding_reachability_check CHECK ((reachability = ANY (ARRAY['reachable'::text, 'not-reachable'::text, 'unknown'::text]))),
  constraint finding_severity_check CHECK ((severity = ANY (ARRAY['critical'::text, 'high'::text, 'medium'::text, 'low'::text, 'none'::text, 'unknown'::text]))),
  constraint finding_state_check CHECK ((state = ANY (ARRAY['open'::text, 'in-progress'::text, 'awaiting-approval'::text, 'patched'::text, 'verified-closed'::text, 'accepted'::text, 'not-affected'::text, 'reopened'::text])))
) with (fillfactor=90);

create table public.finding_count (
  facet smallint not null,
  n integer not null,
  risk bigint not null,
  constraint finding_count_pkey PRIMARY KEY (facet)
);

create table public.finding_delta (
  vulnerability_id integer not null,
  facet smallint not null,
  due date,
  n integer not null,
  risk bigint not null
);

create table public.finding_detail (
  finding_id text not null,
  detail jsonb not null,
  constraint finding_detail_pkey PRIMARY KEY (finding_id)
);

create table public.finding_event (
  id bigint generated always as identity not null,
  finding_id text not null,
  at timestamp with time zone default now() not null,
  event text not null,
  from_state text,
  to_state text not null,
  actor text not null,
  because text default ''::text not null,
  change_id text,
  decision_seq bigint,
  scan_id bigint,
  constraint finding_event_pkey PRIMARY KEY (id)
);

create table public.idempotency_key (
  user_id bigint not null,
  key text not null,
  request_hash bytea not null,
  status integer,
  body jsonb,
  locked_until timestamp with time zone not null,
  created_at timestamp with time zone default now() not null,
  constraint idempotency_key_pkey PRIMARY KEY (user_id, key)
);

create table public.inventory (
  id bigint generated always as identity not null,
  hash bytea not null,
  chunks integer[] not null,
  component_count integer not null,
  constraint inventory_hash_key UNIQUE (hash),
  constraint inventory_pkey PRIMARY KEY (id)
);

create table public.live_event (
  id bigint default nextval('public.live_event_id'::regclass) not null,
  at timestamp with time zone default now() not null,
  topic text not null,
  subject text not null,
  asset_id bigint,
  constraint live_event_pkey PRIMARY KEY (id)
);

create table public.notification (
  id bigint generated always as identity not null,
  key text not null,
  kind text not null,
  recipients text[] not null,
  title text not null,
  body text[] not null,
  link text not null,
  urgency text not null,
  asset_id bigint,
  created_at timestamp with time zone default now() not null,
  constraint notification_key_key UNIQUE (key),
  constraint notification_pkey PRIMARY KEY (id),
  constraint notification_urgency_check CHECK ((urgency = ANY (ARRAY['now'::text, 'digest'::text])))
);

create table public.oidc_sign_in (
  state_hash bytea not null,
  nonce text not null,
  code_verifier text not null,
  return_to text not null,
  expires_at timestamp with time zone not null,
  constraint oidc_sign_in_pkey PRIMARY KEY (state_hash)
);

create table public.outcome (
  id bigint generated always as identity not null,
  change_id text not null,
  result text not null,
  note text default ''::text not null,
  reported_by bigint,
  at timestamp with time zone default now() not null,
  constraint outcome_pkey PRIMARY KEY (id),
  constraint outcome_result_check CHECK ((result = ANY (ARRAY['held'::text, 'broke'::text])))
);

create table public.policy_version (
  number integer generated always as identity not null,
  document text not null,
  note text default ''::text not null,
  state text default 'draft'::text not null,
  author bigint,
  created_at timestamp with time zone default now() not null,
  reviewed_by bigint,
  reviewed_at timestamp with time zone,
  activated_by bigint,
  activated_at timestamp with time zone,
  retired_at timestamp with time zone,
  constraint policy_version_pkey PRIMARY KEY (number),
  constraint policy_version_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'active'::text, 'retired'::text])))
);

create table public.remediation (
  id text not null,
  asset_id bigint not null,
  work_key text not null,
  trigger text not null,
  state text default 'queued'::text not null,
  stage text default 'assess'::text not null,
  base_commit text,
  finding_ids text[] not null,
  avoid text[] default '{}'::text[] not null,
  without_cooldown boolean default false not null,
  policy_version integer not null,
  requested_by bigint,
  started_at timestamp with time zone default now() not null,
  proven_at timestamp with time zone,
  ended_at timestamp with time zone,
  unfixed jsonb default '[]'::jsonb not null,
  problems jsonb default '[]'::jsonb not null,
  error text,
  constraint remediation_pkey PRIMARY KEY (id),
  constraint remediation_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text, 'done'::text, 'failed'::text, 'cancelled'::text, 'superseded'::text]))),
  constraint remediation_trigger_check CHECK ((trigger = ANY (ARRAY['scan'::text, 'demand'::text, 'changes-requested'::text, 'not-effective'::text])))
);

create table public.scan (
  id bigint generated always as identity not null,
  workflow_id text not null,
  asset_id bigint not null,
  trigger text not null,
  state text default 'queued'::text not null,
  requested_by bigint,
  commit text,
  started_at timestamp with time zone default now() not null,
  ended_at timestamp with time zone,
  components integer,
  findings_open integer,
  findings_new integer,
  findings_closed integer,
  problems jsonb default '[]'::jsonb not null,
  error text,
  constraint scan_pkey PRIMARY KEY (id),
  constraint scan_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text]))),
  constraint scan_trigger_check CHECK ((trigger = ANY (ARRAY['registered'::text, 'schedule'::text, 'demand'::text, 'push'::text, 'advisories'::text, 'merge'::text]))),
  constraint scan_workflow_id_key UNIQUE (workflow_id)
);

create table public.schedule (
  name text not null,
  due_at timestamp with time zone default now() not null,
  running_until timestamp with time zone,
  ran_at timestamp with time zone,
  ran_by text,
  error text,
  constraint schedule_pkey PRIMARY KEY (name)
);

create table public.schema_migration (
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migration_pkey PRIMARY KEY (name)
);

create table public.session (
  hash bytea not null,
  user_id bigint not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  user_agent text default ''::text not null,
  constraint session_pkey PRIMARY KEY (hash)
);

create table public.setting (
  name text not null,
  value jsonb not null,
  changed_by bigint,
  changed_at timestamp with time zone default now() not null,
  constraint setting_pkey PRIMARY KEY (name)
);

create table public.sign_in_token (
  hash bytea not null,
  user_id bigint not null,
  created_at timestamp with time zone default now() not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint sign_in_token_pkey PRIMARY KEY (hash)
);

create table public.user_account (
  id bigint generated always as identity not null,
  issuer text not null,
  subject text not null,
  name text not null,
  email text,
  roles text[] default '{}'::text[] not null,
  groups text[] default '{}'::text[] not null,
  created_at timestamp with time zone default now() not null,
  last_seen_at timestamp with time zone,
  disabled_at timestamp with time zone,
  constraint user_account_issuer_subject_key UNIQUE (issuer, subject),
  constraint user_account_pkey PRIMARY KEY (id)
);

create table public.vote (
  id bigint generated always as identity not null,
  change_id text not null,
  user_id bigint not null,
  verdict text not null,
  reason text default ''::text not null,
  avoid text[] default '{}'::text[] not null,
  at timestamp with time zone default now() not null,
  constraint vote_change_id_user_id_key UNIQUE (change_id, user_id),
  constraint vote_pkey PRIMARY KEY (id),
  constraint vote_verdict_check CHECK ((verdict = ANY (ARRAY['approve'::text, 'reject'::text, 'request-changes'::text])))
);

create table public.vulnerability (
  id integer generated always as identity not null,
  ecosystem text not null,
  package text not null,
  advisory_id text not null,
  aliases text[] default '{}'::text[] not null,
  summary text not null,
  fixed_in text,
  remedy_group text not null,
  search text not null,
  constraint vulnerability_ecosystem_package_advisory_id_fixed_in_key UNIQUE NULLS NOT DISTINCT (ecosystem, package, advisory_id, fixed_in),
  constraint vulnerability_pkey PRIMARY KEY (id)
);

create table public.vulnerability_count (
  vulnerability_id integer not null,
  facet smallint not null,
  n integer not null,
  risk bigint not null,
  constraint vulnerability_count_pkey PRIMARY KEY (vulnerability_id, facet)
);

create table public.worker (
  id text not null,
  host text not null,
  pid integer not null,
  version text not null,
  started_at timestamp with time zone default now() not null,
  heartbeat_at timestamp with time zone default now() not null,
  state text default 'alive'::text not null,
  ended_at timestamp with time zone,
  taken_over_by text,
  constraint worker_pkey PRIMARY KEY (id),
  constraint worker_state_check CHECK ((state = ANY (ARRAY['alive'::text, 'stopped'::text, 'dead'::text])))
);

alter table public.api_token add constraint api_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;

alter table public.approval add constraint approval_change_id_fkey FOREIGN KEY (change_id) REFERENCES public.change(id) ON DELETE CASCADE;

alter table public.asset add constraint asset_inventory_id_fkey FOREIGN KEY (inventory_id) REFERENCES public.inventory(id);

alter table public.asset add constraint asset_registered_by_fkey FOREIGN KEY (registered_by) REFERENCES public.user_account(id);

alter table public.asset_context add constraint asset_context_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES public.asset(id) ON DELETE CASCADE;

alter table public.asset_context add constraint asset_context_stated_by_fkey FOREIGN KEY (stated_by) REFERENCES public.user_account(id);

alter table public.asset_dependency add constraint asset_dependency_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES public.asset(id) ON DELETE CASCADE;

alter table public.asset_dependency add constraint asset_dependency_depends_on_fkey FOREIGN KEY (depends_on) REFERENCES public.asset(id) ON DELETE CASCADE;

alter table public.asset_exposure add constraint asset_exposure_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES public.asset(id) ON DELETE CASCADE;

alter table public.change add constraint change_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES public.asset(id) ON DELETE CASCADE;

alter table public.change add constraint change_remediation_id_fkey FOREIGN KEY (remediation_id) REFERENCES public.remediation(id) ON DELETE CASCADE;

alter table public.decision_feedback add constraint decision_feedback_decision_seq_fkey FOREIGN KEY (decision_seq) REFERENCES public.decision(seq);

alter table public.decision_feedback add constraint decision_feedback_recorded_as_fkey FOREIGN KEY (recorded_as) REFERENCES public.decision(seq);

alter table public.decision_feedback add constraint decision_feedback_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id);

alter table public.delivery add constraint delivery_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channel(id) ON DELETE CASCADE;

alter table public.delivery add constraint delivery_notification_id_fkey FOREIGN KEY (notification_id) REFERENCES public.notification(id) ON DELETE CASCADE;

alter table public.exception add constraint exception_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES public.asset(id) ON DELETE CASCADE;

alter table public.exception add constraint exception_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.user_account(id);

alter table public.exception add constraint exception_owner_fkey FOREIGN KEY (owner) REFERENCES public.user_account(id);

alter table public.exception add constraint exception_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.user_account(id);

alter table public.feed_sync add constraint feed_sync_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.user_account(id);

alter table public.finding add constraint finding_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES public.asset(id) ON DELETE CASCADE;

alter table public.finding add constraint finding_vulnerability_id_fkey FOREIGN KEY (vulnerability_id) REFERENCES public.vulnerability(id);

alter table public.finding_detail add constraint finding_detail_finding_id_fkey FOREIGN KEY (finding_id) REFERENCES public.finding(id) ON DELETE CASCADE;

alter table public.finding_event add constraint finding_event_finding_id_fkey FOREIGN KEY (finding_id) REFERENCES public.finding(id) ON DELETE CASCADE;

alter table public.idempotency_key add constraint idempotency_key_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;

alter table public.outcome add constraint outcome_change_id_fkey FOREIGN KEY (change_id) REFERENCES public.change(id) ON DELETE CASCADE;

alter table public.outcome add constraint outcome_reported_by_fkey FOREIGN KEY (reported_by) REFERENCES public.user_account(id);

alter table public.policy_version add constraint policy_version_activated_by_fkey FOREIGN KEY (activated_by) REFERENCES public.user_account(id);

alter table public.policy_version add constraint policy_version_author_fkey FOREIGN KEY (author) REFERENCES public.user_account(id);

alter table public.policy_version add constraint policy_version_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES public.user_account(id);

alter table public.remediation add constraint remediation_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES public.asset(id) ON DELETE CASCADE;

alter table public.remediation add constraint remediation_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.user_account(id);

alter table public.scan add constraint scan_asset_id_fkey FOREIGN KEY (asset_id) REFERENCES public.asset(id) ON DELETE CASCADE;

alter table public.scan add constraint scan_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.user_account(id);

alter table public.session add constraint session_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;

alter table public.setting add constraint setting_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.user_account(id);

alter table public.sign_in_token add constraint sign_in_token_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id) ON DELETE CASCADE;

alter table public.vote add constraint vote_change_id_fkey FOREIGN KEY (change_id) REFERENCES public.change(id) ON DELETE CASCADE;

alter table public.vote add constraint vote_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_account(id);

CREATE INDEX api_token_user ON public.api_token USING btree (user_id);

CREATE INDEX approval_waiting ON public.approval USING btree (next_escalation_at) WHERE (state = 'waiting'::text);

CREATE INDEX asset_due ON public.asset USING btree (next_scan_at) WHERE ((archived_at IS NULL) AND (kind <> 'host'::text));

CREATE INDEX asset_inventory ON public.asset USING btree (inventory_id) WHERE (archived_at IS NULL);

CREATE INDEX asset_labels ON public.asset USING gin (labels jsonb_path_ops);

CREATE INDEX asset_name ON public.asset USING btree (name, id);

CREATE INDEX asset_owners ON public.asset USING gin (owners);

CREATE UNIQUE INDEX asset_place ON public.asset USING btree (location, folder, COALESCE(branch, ''::text)) WHERE ((location IS NOT NULL) AND (archived_at IS NULL));

CREATE INDEX asset_dependency_reverse ON public.asset_dependency USING btree (depends_on);

CREATE INDEX asset_exposure_risk ON public.asset_exposure USING btree (risk DESC, asset_id DESC);

CREATE INDEX change_asset ON public.change USING btree (asset_id, created_at DESC);

CREATE UNIQUE INDEX change_open ON public.change USING btree (asset_id, remedy_set) WHERE (state = ANY (ARRAY['observed'::text, 'suggested'::text, 'awaiting-approval'::text, 'scheduled'::text, 'handed-over'::text]));

CREATE INDEX change_state ON public.change USING btree (state, created_at DESC, id);

CREATE INDEX component_package ON public.component USING btree (package_key);

CREATE INDEX component_chunk_components ON public.component_chunk USING gin (components);

CREATE INDEX decision_actor ON public.decision USING btree (actor, seq DESC);

CREATE INDEX decision_asset ON public.decision USING btree (asset_id, seq DESC);

CREATE INDEX decision_at ON public.decision USING btree (at);

CREATE INDEX decision_kind ON public.decision USING btree (kind, seq DESC);

CREATE INDEX decision_rule ON public.decision USING btree (((record ->> 'rule'::text)), seq DESC) WHERE ((record ->> 'rule'::text) IS NOT NULL);

CREATE INDEX decision_subject ON public.decision USING btree (subject_type, subject_id, seq DESC);

CREATE INDEX decision_text ON public.decision USING gin (to_tsvector('simple'::regconfig, (((((((record ->> 'because'::text) || ' '::text) || subject_id) || ' '::text) || outcome) || ' '::text) || actor)));

CREATE INDEX decision_feedback_decision ON public.decision_feedback USING btree (decision_seq);

CREATE INDEX delivery_channel ON public.delivery USING btree (channel_id, recipient, sent_at DESC NULLS LAST);

CREATE INDEX delivery_due ON public.delivery USING btree (next_attempt_at) WHERE (state = ANY (ARRAY['pending'::text, 'sending'::text]));

CREATE INDEX delivery_message ON public.delivery USING btree (message_id) WHERE (message_id IS NOT NULL);

CREATE INDEX exception_active ON public.exception USING btree (state, expires_at);

CREATE INDEX exception_advisory ON public.exception USING btree (advisory_id) WHERE (advisory_id IS NOT NULL);

CREATE INDEX exception_finding ON public.exception USING btree (finding_id) WHERE (finding_id IS NOT NULL);

CREATE UNIQUE INDEX feed_sync_one ON public.feed_sync USING btree ((true)) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));

CREATE INDEX feed_sync_started ON public.feed_sync USING btree (started_at DESC, workflow_id);

CREATE INDEX finding_asset ON public.finding USING btree (asset_id, exposed, score DESC);

CREATE INDEX finding_by_due ON public.finding USING btree (facet, COALESCE(due, 'infinity'::date), id) INCLUDE (vulnerability_id, due, first_seen);

CREATE INDEX finding_by_first_seen ON public.finding USING btree (facet, first_seen DESC, id DESC) INCLUDE (vulnerability_id, due);

CREATE INDEX finding_by_package ON public.finding USING btree (facet, package, id) INCLUDE (vulnerability_id, due, first_seen);

CREATE INDEX finding_by_score ON public.finding USING btree (facet, score DESC, id DESC) INCLUDE (vulnerability_id, due, first_seen);

CREATE INDEX finding_change ON public.finding USING btree (change_id) WHERE (change_id IS NOT NULL);

CREATE INDEX finding_closed ON public.finding USING btree (closed_at) INCLUDE (id, band, environment, first_seen) WHERE (closed_at IS NOT NULL);

CREATE INDEX finding_vulnerability ON public.finding USING btree (vulnerability_id, facet, score DESC) INCLUDE (id, due, first_seen, asset_id);

CREATE INDEX finding_vulnerability_due ON public.finding USING btree (vulnerability_id, facet, due);

CREATE INDEX finding_event_at ON public.finding_event USING brin (at);

CREATE INDEX finding_event_finding ON public.finding_event USING btree (finding_id, id);

CREATE INDEX finding_event_scan ON public.finding_event USING btree (scan_id) WHERE (scan_id IS NOT NULL);

CREATE INDEX idempotency_key_age ON public.idempotency_key USING btree (created_at);

CREATE INDEX inventory_chunks ON public.inventory USING gin (chunks);

CREATE INDEX live_event_age ON public.live_event USING btree (at);

CREATE INDEX outcome_change ON public.outcome USING btree (change_id);

CREATE UNIQUE INDEX policy_version_active ON public.policy_version USING btree ((true)) WHERE (state = 'active'::text);

CREATE INDEX remediation_active ON public.remediation USING btree (asset_id) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text]));

CREATE INDEX remediation_asset ON public.remediation USING btree (asset_id, started_at DESC);

CREATE INDEX remediation_failed ON public.remediation USING btree (ended_at) WHERE (state = 'failed'::text);

CREATE INDEX remediation_started ON public.remediation USING btree (started_at DESC, id);

CREATE UNIQUE INDEX remediation_work ON public.remediation USING btree (asset_id, work_key) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text]));

CREATE INDEX scan_asset ON public.scan USING btree (asset_id, id DESC);

CREATE INDEX scan_failed ON public.scan USING btree (ended_at) WHERE (state = 'failed'::text);

CREATE UNIQUE INDEX scan_queued ON public.scan USING btree (asset_id) WHERE (state = 'queued'::text);

CREATE INDEX scan_started ON public.scan USING btree (started_at DESC, workflow_id);

CREATE INDEX session_account ON public.session USING btree (user_id);

CREATE INDEX vulnerability_advisory ON public.vulnerability USING btree (advisory_id);

CREATE INDEX vulnerability_aliases ON public.vulnerability USING gin (aliases);

CREATE INDEX vulnerability_group ON public.vulnerability USING btree (remedy_group);

CREATE INDEX vulnerability_package ON public.vulnerability USING btree (package);

CREATE INDEX worker_alive ON public.worker USING btree (heartbeat_at) WHERE (state = 'alive'::text);

CREATE TRIGGER asset_changed AFTER UPDATE ON public.asset FOR EACH ROW WHEN (((old.environment IS DISTINCT FROM new.environment) OR ((old.archived_at IS NULL) IS DISTINCT FROM (new.archived_at IS NULL)))) EXECUTE FUNCTION public.asset_to_findings();

CREATE TRIGGER decision_append_only BEFORE DELETE OR UPDATE ON public.decision FOR EACH ROW EXECUTE FUNCTION public.refuse_to_forget();

CREATE TRIGGER decision_no_truncate BEFORE TRUNCATE ON public.decision FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_to_forget();

CREATE TRIGGER checkpoint_append_only BEFORE DELETE OR UPDATE ON public.decision_checkpoint FOR EACH ROW EXECUTE FUNCTION public.refuse_to_forget();

CREATE TRIGGER checkpoint_no_truncate BEFORE TRUNCATE ON public.decision_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_to_forget();

CREATE TRIGGER finding_deleted AFTER DELETE ON public.finding REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_findings();

CREATE TRIGGER finding_inserted AFTER INSERT ON public.finding REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_findings();

CREATE TRIGGER finding_updated AFTER UPDATE ON public.finding REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.count_findings();

CREATE CONSTRAINT TRIGGER live_event_announced AFTER INSERT ON public.live_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.announce_live_event();
