import type { Configuration } from '../../domain/configuration.ts';
import type { AssetContext } from '../../domain/context.ts';
import type { Finding, MatchedFinding } from '../../domain/finding.ts';
import type { Reachability } from '../../domain/reachability.ts';
import { severityOf } from '../../domain/severity.ts';
import { applyIgnores } from './ignores.ts';
import { assessRisk } from './risk/assess.ts';
import { isMalicious } from './risk/threat.ts';
import { vexOf } from './vex.ts';

const NOT_LOOKED_AT: Reachability = {
  status: 'unknown',
  because: 'reachability was not analysed',
  evidence: [],
};

/**
 * Ranks findings by the risk they are here: highest score first, suppressed ones last, equal ones
 * by id so that two runs agree. Ignore rules are applied; what is wrong with them is told by
 * `applyIgnores`.
 *
 * @param firstSeen ISO date per finding id, where an earlier run recorded it; starts the deadlines
 */
export function prioritize(input: {
  readonly findings: readonly MatchedFinding[];
  readonly reachability: ReadonlyMap<string, Reachability>;
  readonly context: AssetContext;
  readonly configuration: Pick<Configuration, 'policy' | 'ignore'>;
  readonly now: Date;
  readonly firstSeen?: ReadonlyMap<string, string>;
}): readonly Finding[] {
  const { context, configuration, now } = input;
  const ranked = input.findings.map((finding): Finding => {
    const reachability = input.reachability.get(finding.id) ?? NOT_LOOKED_AT;
    const firstSeen = input.firstSeen?.get(finding.id);
    const { deadlines, deadlinePolicy } = configuration.policy;
    const risk = assessRisk({
      finding,
      reachability,
      context,
      deadlines,
      now,
      ...(deadlinePolicy !== undefined && { standards: deadlinePolicy }),
      ...(firstSeen !== undefined && { firstSeen }),
    });
    return {
      ...finding,
      severity: severityOf(finding.advisory),
      reachability,
      vex: vexOf(reachability, isMalicious(finding.advisory)),
      risk,
    };
  });
  return [...applyIgnores(ranked, configuration.ignore, now).findings].sort(byRisk);
}

function byRisk(a: Finding, b: Finding): number {
  const suppressed = Number(a.suppression !== undefined) - Number(b.suppression !== undefined);
  return suppressed || b.risk.score - a.risk.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
