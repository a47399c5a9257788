import type { ControlPolicy } from '../domain/control-policy.ts';
import type { DecisionActor, DecisionDraft } from '../domain/decision.ts';
import type { Store } from './database.ts';
import type { Exception } from './exceptions-read.ts';

/** A step in the life of an exception, as the log keeps it. */
export async function exceptionDecision(
  db: Store,
  exception: Exception,
  step: {
    readonly actor: DecisionActor;
    readonly because: string;
    /** How many it begins or ceases to count for. */
    readonly findings: number;
    readonly policy: ControlPolicy['exceptions'];
    readonly policyVersion: number;
  },
): Promise<DecisionDraft> {
  const { id, kind, state, findingId, assetId } = exception;
  const finding = findingId === null ? undefined : await findingFacts(db, findingId);
  const concerned = finding?.assetId ?? assetId;
  return {
    kind: kind === 'accepted' ? 'exception' : 'judgement',
    subject:
      findingId !== null
        ? { type: 'finding', id: findingId }
        : assetId !== null
          ? { type: 'asset', id: assetId }
          : { type: 'system', id: `exception-${id}` },
    ...(concerned === null ? {} : { assetId: concerned }),
    outcome: state,
    because: step.because,
    actor: step.actor,
    inputs: {
      exception: {
        id,
        kind,
        reason: exception.reason,
        compensatingControl: exception.compensatingControl,
        owner: exception.owner,
        requestedBy: exception.requestedBy,
        requestedAt: exception.requestedAt,
        expiresAt: exception.expiresAt,
        advisoryId: exception.advisoryId,
        package: exception.package,
      },
      findings: step.findings,
      ...(finding === undefined ? {} : { finding }),
    },
    factors: [
      { name: 'longest that policy allows', value: `${step.policy.maximumDays} days` },
      { name: 'second person', value: step.policy.approval ? 'wanted' : 'not wanted' },
    ],
    alternatives: [],
    versions: { policy: String(step.policyVersion) },
    // Each state is come to once; none leads back to an earlier one.
    key: `exception:${id}:${state}`,
  };
}

/** What a reader of the log needs to know which finding it was, when that is long gone. */
async function findingFacts(db: Store, id: string) {
  const row = await db
    .selectFrom('finding')
    .innerJoin('vulnerability', 'vulnerability.id', 'finding.vulnerability_id')
    .select(['finding.asset_id', 'finding.package', 'finding.version', 'finding.purl'])
    .select(['finding.advisory_id', 'finding.band', 'finding.score', 'vulnerability.aliases'])
    .where('finding.id', '=', id)
    .executeTakeFirst();
  return (
    row && {
      assetId: row.asset_id,
      package: row.package,
      version: row.version,
      purl: row.purl,
      advisoryId: row.advisory_id,
      aliases: row.aliases,
      band: row.band,
      score: row.score,
    }
  );
}
