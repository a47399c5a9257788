import type { AssetContext } from '../../../domain/context.ts';
import type { Finding } from '../../../domain/finding.ts';
import type { ChangeFacts, DecidedAsset } from '../input.ts';
import { CelAsset, CelChange, CelFinding } from './environment.ts';

/** What conditions are asked about. */
export interface Subject {
  readonly values: Readonly<Record<string, unknown>>;
  /** Elements of the longest list in it. */
  readonly size: number;
}

/** The last moment of the day that a finding is due on: a date means that day, not its beginning. */
export function dueMoment(due: string): Date {
  return new Date(`${due.slice(0, 10)}T23:59:59.999Z`);
}

/** A case as conditions see it; whole numbers are bigint there. */
export function subjectOf(input: {
  readonly asset: DecidedAsset;
  readonly context: AssetContext;
  readonly facts: ChangeFacts;
  readonly findings: readonly Finding[];
  readonly now: Date;
}): Subject {
  const { asset, context, facts, findings, now } = input;
  const { majors, closes, because: _because, ...others } = facts;
  return {
    values: {
      asset: new CelAsset({
        name: asset.name,
        kind: asset.kind,
        environment: context.environment.value,
        criticality: BigInt(context.criticality.value),
        exposure: context.exposure.value,
        dataSensitivity: context.dataSensitivity.value,
        labels: asset.labels,
        owners: asset.owners,
      }),
      change: new CelChange({ ...others, majors: BigInt(majors), closes: BigInt(closes) }),
      findings: findings.map(findingValue),
      now,
    },
    size: Math.max(findings.length, facts.files.length, facts.packages.length, asset.owners.length),
  };
}

/** The same case at another confidence. */
export function atConfidence(subject: Subject, confidence: number): Subject {
  const change = new CelChange({ ...(subject.values['change'] as object), confidence });
  return { ...subject, values: { ...subject.values, change } };
}

function findingValue({ id, component, advisory, severity, reachability, risk }: Finding) {
  const { due } = risk.deadline;
  return new CelFinding({
    id,
    band: risk.band,
    score: risk.score,
    kev: advisory.threat.kev !== undefined,
    severity: severity.label,
    reachability: reachability.status,
    ...(due !== undefined && { due: dueMoment(due) }),
    package: component.name,
    advisory: advisory.id,
    aliases: advisory.aliases,
  });
}
