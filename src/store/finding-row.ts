import { sql } from 'kysely';
import type { SeverityLabel } from '../domain/advisory.ts';
import type { Environment } from '../domain/context.ts';
import type { FindingState } from '../domain/finding-state.ts';
import type { Reachability } from '../domain/reachability.ts';
import type { Band } from '../domain/risk.ts';

/** An asset, as a finding refers to it. */
export interface AssetRef {
  readonly id: string;
  readonly name: string;
  readonly kind: 'repository' | 'sbom' | 'host';
  readonly environment: Environment;
}

/** A finding, as lists show it. Times are ISO 8601, `due` is an ISO date. */
export interface FindingRow {
  readonly id: string;
  readonly state: FindingState;
  readonly stateSince: string;
  readonly band: Band;
  readonly score: number;
  readonly severity: SeverityLabel;
  readonly ecosystem: string;
  readonly package: string;
  readonly version: string;
  readonly purl: string;
  readonly scope: string;
  readonly direct: boolean;
  readonly advisoryId: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly reachability: Reachability['status'];
  readonly kev: boolean;
  /** Lowest version that ends it; null: none known. */
  readonly fixedIn: string | null;
  readonly due: string | null;
  readonly firstSeen: string;
  /** To the hour. */
  readonly lastSeen: string;
  readonly closedAt: string | null;
  readonly changeId: string | null;
  /** The remedy group, as `findingGroups` names them. */
  readonly group: string;
  readonly asset: AssetRef;
}

/** The columns of {@link FindingRow}, from `finding f`, `vulnerability v` and `asset a`. */
export const findingColumns = sql`f.id, f.state, f.state_since as "stateSince", f.band, f.score,
  f.severity, f.ecosystem, f.package, f.version, f.purl, f.scope, f.direct,
  f.advisory_id as "advisoryId", v.aliases, v.summary, f.reachability, f.kev,
  f.fixed_in as "fixedIn", f.due, f.first_seen as "firstSeen", f.last_seen as "lastSeen",
  f.closed_at as "closedAt", f.change_id as "changeId", v.remedy_group as "group",
  json_build_object('id', a.id::text, 'name', a.name, 'kind', a.kind,
    'environment', a.environment) as asset`;

/** What {@link findingColumns} are read from, joined to rows `f` of findings. */
export const findingJoins = sql`join vulnerability v on v.id = f.vulnerability_id
  join asset a on a.id = f.asset_id`;
