/**
 * The tables as `migrations/*.sql` make them, for Kysely. `bigint` is a string, `int`, `real` and
 * `double precision` are numbers, times are ISO 8601 strings with milliseconds, a `date` is
 * `YYYY-MM-DD`, `jsonb` is given as JSON text and comes back parsed, `bytea` is a Buffer.
 * A test holds this file to the database.
 */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

type Time = ColumnType<string, string | Date, string | Date>;
type NullableTime = ColumnType<
  string | null,
  string | Date | null | undefined,
  string | Date | null
>;
/** Filled by `default now()`. */
type StampedTime = ColumnType<string, string | Date | undefined, string | Date>;
type Json = ColumnType<unknown, string, string>;
type JsonWithDefault = ColumnType<unknown, string | undefined, string>;
type NullableJson = ColumnType<unknown, string | null | undefined, string | null>;
type Nullable<T> = ColumnType<T | null, T | null | undefined, T | null>;

export interface UserAccountTable {
  id: GeneratedAlways<string>;
  issuer: string;
  subject: string;
  name: string;
  email: Nullable<string>;
  roles: Generated<string[]>;
  groups: Generated<string[]>;
  created_at: StampedTime;
  last_seen_at: NullableTime;
  disabled_at: NullableTime;
}

export interface SignInTokenTable {
  hash: Buffer;
  user_id: string;
  created_at: StampedTime;
  expires_at: Time;
  used_at: NullableTime;
}

export interface SessionTable {
  hash: Buffer;
  user_id: string;
  created_at: StampedTime;
  expires_at: Time;
  user_agent: Generated<string>;
}

export interface ApiTokenTable {
  id: GeneratedAlways<string>;
  user_id: string;
  name: string;
  hash: Buffer;
  scopes: string[];
  created_at: StampedTime;
  expires_at: Time;
  revoked_at: NullableTime;
  last_used_at: NullableTime;
}

export interface IdempotencyKeyTable {
  user_id: string;
  key: string;
  request_hash: Buffer;
  status: Nullable<number>;
  body: NullableJson;
  locked_until: Time;
  created_at: StampedTime;
}

export interface OidcSignInTable {
  state_hash: Buffer;
  nonce: string;
  code_verifier: string;
  return_to: string;
  expires_at: Time;
}

export interface AssetTable {
  id: GeneratedAlways<string>;
  identity: string;
  kind: 'repository' | 'sbom' | 'host';
  name: string;
  location: Nullable<string>;
  folder: Generated<string>;
  branch: Nullable<string>;
  credential: Nullable<string>;
  owners: Generated<string[]>;
  labels: JsonWithDefault;
  schedule: Nullable<string>;
  registered_by: Nullable<string>;
  registered_at: StampedTime;
  archived_at: NullableTime;
  scanned_at: NullableTime;
  scanned_commit: Nullable<string>;
  inventory_id: Nullable<string>;
  next_scan_at: StampedTime;
  environment: Generated<'production' | 'staging' | 'test' | 'development'>;
  exposure: Generated<'internet' | 'internal' | 'isolated'>;
  criticality: Generated<number>;
  data_sensitivity: Generated<'regulated' | 'confidential' | 'internal' | 'public'>;
}

export interface AssetContextTable {
  asset_id: string;
  field: 'environment' | 'exposure' | 'criticality' | 'dataSensitivity';
  source: 'person' | 'file' | 'inferred' | 'default';
  value: Json;
  because: string;
  observed_at: StampedTime;
  stated_by: Nullable<string>;
}

export interface AssetDependencyTable {
  asset_id: string;
  depends_on: string;
  source: 'person' | 'inferred';
  because: Generated<string>;
}

export interface ComponentTable {
  id: GeneratedAlways<number>;
  hash: Buffer;
  package_key: string;
  ecosystem: string;
  name: string;
  version: string;
  purl: string;
  scope: string;
  direct: boolean;
}

export interface ComponentChunkTable {
  id: GeneratedAlways<number>;
  hash: Buffer;
  components: number[];
}

export interface InventoryTable {
  id: GeneratedAlways<string>;
  hash: Buffer;
  chunks: number[];
  component_count: number;
}

export interface ScanTable {
  id: GeneratedAlways<string>;
  workflow_id: string;
  asset_id: string;
  trigger: 'registered' | 'schedule' | 'demand' | 'push' | 'advisories' | 'merge';
  state: Generated<'queued' | 'running' | 'done' | 'failed' | 'cancelled'>;
  requested_by: Nullable<string>;
  commit: Nullable<string>;
  started_at: StampedTime;
  ended_at: NullableTime;
  components: Nullable<number>;
  findings_open: Nullable<number>;
  findings_new: Nullable<number>;
  findings_closed: Nullable<number>;
  problems: JsonWithDefault;
  error: Nullable<string>;
}

export interface FeedSyncTable {
  id: GeneratedAlways<string>;
  workflow_id: string;
  state: Generated<'queued' | 'running' | 'done' | 'failed' | 'cancelled'>;
  requested_by: Nullable<string>;
  started_at: StampedTime;
  ended_at: NullableTime;
  feeds: JsonWithDefault;
  changes: NullableJson;
  packages_changed: Nullable<number>;
  assets_touched: Nullable<number>;
  problems: JsonWithDefault;
  error: Nullable<string>;
}

type FindingStateColumn =
  | 'open'
  | 'in-progress'
  | 'awaiting-approval'
  | 'patched'
  | 'verified-closed'
  | 'accepted'
  | 'not-affected'
  | 'reopened';

export interface VulnerabilityTable {
  id: GeneratedAlways<number>;
  ecosystem: string;
  package: string;
  advisory_id: string;
  aliases: Generated<string[]>;
  summary: string;
  fixed_in: Nullable<string>;
  remedy_group: string;
  search: string;
}

export interface FindingTable {
  id: string;
  asset_id: string;
  vulnerability_id: number;
  state: Generated<FindingStateColumn>;
  state_since: StampedTime;
  band: 'act' | 'attend' | 'track';
  score: number;
  severity: string;
  ecosystem: string;
  package: string;
  version: string;
  purl: string;
  scope: string;
  direct: boolean;
  advisory_id: string;
  reachability: 'reachable' | 'not-reachable' | 'unknown';
  kev: Generated<boolean>;
  fixed_in: Nullable<string>;
  environment: 'production' | 'staging' | 'test' | 'development';
  archived: Generated<boolean>;
  due: Nullable<string>;
  first_seen: StampedTime;
  last_seen: StampedTime;
  closed_at: NullableTime;
  change_id: Nullable<string>;
  accepted_by: Nullable<'file' | 'exception'>;
  exposed: GeneratedAlways<boolean>;
  facet: GeneratedAlways<number | null>;
}

export interface FindingDetailTable {
  finding_id: string;
  detail: Json;
}

export interface FindingEventTable {
  id: GeneratedAlways<string>;
  finding_id: string;
  at: StampedTime;
  event: string;
  from_state: Nullable<string>;
  to_state: string;
  actor: string;
  because: Generated<string>;
  change_id: Nullable<string>;
  decision_seq: Nullable<string>;
  scan_id: Nullable<string>;
}

export interface FindingDeltaTable {
  vulnerability_id: number;
  facet: number;
  due: Nullable<string>;
  n: number;
  risk: string;
}

export interface FindingCountTable {
  facet: number;
  n: number;
  risk: string;
}

export interface VulnerabilityCountTable {
  vulnerability_id: number;
  facet: number;
  n: number;
  risk: string;
}

export interface DueCountTable {
  due: string;
  facet: number;
  n: number;
}

export interface AssetExposureTable {
  asset_id: string;
  act: Generated<number>;
  attend: Generated<number>;
  track: Generated<number>;
  risk: Generated<string>;
  scan_id: Nullable<string>;
}

export interface ExceptionTable {
  id: GeneratedAlways<string>;
  finding_id: Nullable<string>;
  advisory_id: Nullable<string>;
  package: Nullable<string>;
  asset_id: Nullable<string>;
  kind: Generated<'accepted' | 'not-affected'>;
  reason: string;
  owner: string;
  compensating_control: Generated<string>;
  expires_at: Time;
  requested_by: string;
  requested_at: StampedTime;
  decided_by: Nullable<string>;
  decided_at: NullableTime;
  state: Generated<'requested' | 'active' | 'rejected' | 'withdrawn' | 'expired'>;
}

export interface ExposureDayTable {
  day: string;
  environment: string;
  act: Generated<number>;
  attend: Generated<number>;
  track: Generated<number>;
  risk: Generated<number>;
  opened: Generated<number>;
  closed: Generated<number>;
  rolled_at: StampedTime;
}

export interface RemediationTable {
  id: string;
  asset_id: string;
  work_key: string;
  trigger: 'scan' | 'demand' | 'changes-requested' | 'not-effective';
  state: Generated<
    'queued' | 'running' | 'waiting' | 'done' | 'failed' | 'cancelled' | 'superseded'
  >;
  stage: Generated<string>;
  base_commit: Nullable<string>;
  finding_ids: string[];
  avoid: Generated<string[]>;
  without_cooldown: Generated<boolean>;
  policy_version: number;
  requested_by: Nullable<string>;
  started_at: StampedTime;
  proven_at: NullableTime;
  ended_at: NullableTime;
  unfixed: JsonWithDefault;
  problems: JsonWithDefault;
  error: Nullable<string>;
}

type ChangeStateColumn =
  | 'withheld'
  | 'observed'
  | 'suggested'
  | 'awaiting-approval'
  | 'scheduled'
  | 'handed-over'
  | 'closed'
  | 'not-effective'
  | 'rejected'
  | 'superseded'
  | 'cancelled';

export interface ChangeTable {
  id: string;
  remediation_id: string;
  asset_id: string;
  position: number;
  state: ChangeStateColumn;
  state_since: StampedTime;
  title: string;
  lockfile: string;
  remedies: Json;
  remedy_set: string;
  closes: string[];
  files: string[];
  diff: Generated<string>;
  diff_truncated: Generated<boolean>;
  base_commit: Nullable<string>;
  branch: Nullable<string>;
  commit: Nullable<string>;
  contents: JsonWithDefault;
  message: Generated<string>;
  committed_at: StampedTime;
  verdict: 'proven' | 'failed' | 'inconclusive';
  because: Generated<string>;
  confidence: number;
  confidence_low: number;
  confidence_high: number;
  risk_removed: number;
  detail: Json;
  closing: JsonWithDefault;
  evidence: NullableJson;
  evidence_sha256: Nullable<string>;
  not_before: NullableTime;
  hand_over: Nullable<'branch' | 'merge'>;
  decided_by_policy: Nullable<number>;
  rule: Nullable<string>;
  override: NullableJson;
  closed_commit: Nullable<string>;
  created_at: StampedTime;
  handed_over_at: NullableTime;
  closed_at: NullableTime;
}

export interface ApprovalTable {
  change_id: string;
  quorum: number;
  approvers: string[];
  excluded: Generated<string[]>;
  requested_at: StampedTime;
  expires_at: Time;
  escalation: JsonWithDefault;
  escalated: Generated<number>;
  next_escalation_at: NullableTime;
  state: Generated<
    'waiting' | 'approved' | 'rejected' | 'changes-requested' | 'expired' | 'withdrawn'
  >;
  decided_at: NullableTime;
}

export interface VoteTable {
  id: GeneratedAlways<string>;
  change_id: string;
  user_id: string;
  verdict: 'approve' | 'reject' | 'request-changes';
  reason: Generated<string>;
  avoid: Generated<string[]>;
  at: StampedTime;
}

export interface OutcomeTable {
  id: GeneratedAlways<string>;
  change_id: string;
  result: 'held' | 'broke';
  note: Generated<string>;
  reported_by: Nullable<string>;
  at: StampedTime;
}

export interface PolicyVersionTable {
  number: GeneratedAlways<number>;
  document: string;
  note: Generated<string>;
  state: Generated<'draft' | 'active' | 'retired'>;
  author: Nullable<string>;
  created_at: StampedTime;
  reviewed_by: Nullable<string>;
  reviewed_at: NullableTime;
  activated_by: Nullable<string>;
  activated_at: NullableTime;
  retired_at: NullableTime;
}

export interface DecisionTable {
  seq: string;
  at: Time;
  kind: string;
  subject_type: string;
  subject_id: string;
  asset_id: Nullable<string>;
  outcome: string;
  actor_type: string;
  actor: string;
  record: Json;
  key: string;
  previous_hash: string;
  hash: string;
}

export interface DecisionCheckpointTable {
  seq: string;
  hash: string;
  at: Time;
  key_id: string;
  signature: string;
}

export interface DecisionFeedbackTable {
  id: GeneratedAlways<string>;
  decision_seq: string;
  user_id: string;
  verdict: 'wrong-priority' | 'wrong-context' | 'bad-patch' | 'right';
  reason: string;
  at: StampedTime;
  recorded_as: string;
}

export interface ChannelTable {
  id: GeneratedAlways<string>;
  name: string;
  kind: 'email' | 'slack' | 'teams' | 'webhook';
  address: string;
  credential: Nullable<string>;
  sender: Nullable<string>;
  recipients: Generated<string[]>;
  kinds: Generated<string[]>;
  digest_minutes: Generated<number>;
  enabled: Generated<boolean>;
  created_at: StampedTime;
}

export interface NotificationTable {
  id: GeneratedAlways<string>;
  key: string;
  kind: string;
  recipients: string[];
  title: string;
  body: string[];
  link: string;
  urgency: 'now' | 'digest';
  asset_id: Nullable<string>;
  created_at: StampedTime;
}

export interface DeliveryTable {
  id: GeneratedAlways<string>;
  notification_id: string;
  channel_id: string;
  recipient: Generated<string>;
  message_id: Nullable<string>;
  state: Generated<'pending' | 'sending' | 'sent' | 'refused'>;
  attempts: Generated<number>;
  next_attempt_at: StampedTime;
  sent_at: NullableTime;
  error: Nullable<string>;
}

export interface SettingTable {
  name: string;
  value: Json;
  changed_by: Nullable<string>;
  changed_at: StampedTime;
}

export interface ScheduleTable {
  name: string;
  due_at: StampedTime;
  running_until: NullableTime;
  ran_at: NullableTime;
  ran_by: Nullable<string>;
  error: Nullable<string>;
}

export interface WorkerTable {
  id: string;
  host: string;
  pid: number;
  version: string;
  started_at: StampedTime;
  heartbeat_at: StampedTime;
  state: Generated<'alive' | 'stopped' | 'dead'>;
  ended_at: NullableTime;
  taken_over_by: Nullable<string>;
}

export interface LiveEventTable {
  /** Given at commit. */
  id: Generated<string>;
  at: StampedTime;
  topic: string;
  subject: string;
  asset_id: Nullable<string>;
}

export interface SchemaMigrationTable {
  name: string;
  sha256: string;
  applied_at: StampedTime;
}

export interface Tables {
  user_account: UserAccountTable;
  sign_in_token: SignInTokenTable;
  session: SessionTable;
  api_token: ApiTokenTable;
  idempotency_key: IdempotencyKeyTable;
  oidc_sign_in: OidcSignInTable;
  asset: AssetTable;
  asset_context: AssetContextTable;
  asset_dependency: AssetDependencyTable;
  component: ComponentTable;
  component_chunk: ComponentChunkTable;
  inventory: InventoryTable;
  scan: ScanTable;
  feed_sync: FeedSyncTable;
  vulnerability: VulnerabilityTable;
  finding: FindingTable;
  finding_detail: FindingDetailTable;
  finding_event: FindingEventTable;
  finding_delta: FindingDeltaTable;
  finding_count: FindingCountTable;
  vulnerability_count: VulnerabilityCountTable;
  due_count: DueCountTable;
  asset_exposure: AssetExposureTable;
  exception: ExceptionTable;
  exposure_day: ExposureDayTable;
  remediation: RemediationTable;
  change: ChangeTable;
  approval: ApprovalTable;
  vote: VoteTable;
  outcome: OutcomeTable;
  policy_version: PolicyVersionTable;
  decision: DecisionTable;
  decision_checkpoint: DecisionCheckpointTable;
  decision_feedback: DecisionFeedbackTable;
  channel: ChannelTable;
  notification: NotificationTable;
  delivery: DeliveryTable;
  setting: SettingTable;
  schedule: ScheduleTable;
  worker: WorkerTable;
  live_event: LiveEventTable;
  schema_migration: SchemaMigrationTable;
}
