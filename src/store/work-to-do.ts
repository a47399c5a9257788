import { sql } from 'kysely';
import { fingerprint } from '../domain/fingerprint.ts';
import type { Store } from './database.ts';

/** A finding that a remediation could take up. */
export interface WorkableFinding {
  readonly id: string;
  readonly band: 'act' | 'attend' | 'track';
  readonly fixedIn: string | null;
  /** Nothing is done about it yet, and nobody has rejected what would close it. */
  readonly fresh: boolean;
}

/**
 * What could be worked on, on one asset: findings that count as exposure, but for those that a
 * change closes which is handed over and still fits (`keep`).
 *
 * One is fresh that is open and whose fix nobody has rejected under this version of the policy.
 *
 * @param keep ids of handed-over changes that are waited for
 */
export async function workableFindings(
  db: Store,
  assetId: string,
  policyVersion: number,
  keep: readonly string[],
): Promise<readonly WorkableFinding[]> {
  const { rows } = await sql<WorkableFinding>`
    select finding.id, band, fixed_in as "fixedIn",
      finding.state in ('open', 'reopened') and not exists (
        select from change
        join remediation on remediation.id = change.remediation_id
        where change.asset_id = finding.asset_id and change.state = 'rejected'
          and finding.id = any(change.closes)
          and remediation.policy_version = ${policyVersion}
          and change.closing @> jsonb_build_array(jsonb_build_object('id', finding.id))
          and change.state_since >= finding.first_seen
      ) as fresh
    from finding
    where asset_id = ${assetId} and exposed
      and not exists (select from change where change.id = any(${keep}::text[])
        and finding.id = any(change.closes))
    order by score desc, finding.id`.execute(db);
  return rows;
}

/**
 * Names a piece of work: asset's commit, findings with their lowest fixes, packages to leave alone,
 * policy. The same name means that doing it again would come to the same.
 */
export function workKey(work: {
  readonly commit: string | null;
  readonly findings: readonly Pick<WorkableFinding, 'id' | 'fixedIn'>[];
  readonly avoid: readonly string[];
  readonly policyVersion: number;
}): string {
  const findings = work.findings.map(({ id, fixedIn }) => `${id} ${fixedIn ?? ''}`).sort();
  return fingerprint([
    work.commit ?? '',
    String(work.policyVersion),
    findings.join('\n'),
    [...work.avoid].sort().join('\n'),
  ]);
}
