import { likelihoodFactors } from '../../../src/stages/prioritize/risk/assess.ts';
import { intrinsicOf } from '../../../src/stages/prioritize/risk/traits.ts';
import { type Sample, SNAPSHOT } from './dataset.ts';
import type { Ranked } from './ranking.ts';

/** A vulnerability without any score ranks as the average one, for baselines too. */
const AVERAGE_CVSS = 6.8;

/** The rankings that are compared: two that people use, and the product's own log-odds. */
export const rankers: Readonly<Record<string, (sample: Sample) => number>> = {
  'CVSS score': (sample) => sample.publishedScore ?? AVERAGE_CVSS,
  'SSVC + CVSS tie-break': ssvcThenCvss,
  'Suture without SSVC (CVSS, CWE, age)': (sample) => likelihood({ ...sample, threat: {} }),
  'Suture without SSVC exploitation': (sample) => likelihood(withoutExploitation(sample)),
  Suture: likelihood,
};

/** The 43,803 that were not listed on the day of the snapshot, as `ranker` sees them. */
export function rankAll(
  samples: readonly Sample[],
  ranker: (sample: Sample) => number,
): readonly Ranked[] {
  return samples
    .filter(({ listed }) => listed === undefined || listed > SNAPSHOT)
    .map((sample) => ({ score: ranker(sample), positive: sample.listed !== undefined }));
}

/** Sum of the product's own log-odds that do not depend on an asset. */
function likelihood(sample: Sample): number {
  const advisory = { ...sample, aliases: [], summary: '', affected: [] };
  const factors = likelihoodFactors(
    { advisory },
    intrinsicOf(advisory, advisory.threat),
    new Date(SNAPSHOT),
  );
  return factors.reduce((sum, factor) => sum + factor.contribution, 0);
}

/** SSVC's three decision points counted, CVSS between equals. */
export function ssvcThenCvss({ threat, publishedScore }: Sample): number {
  const { ssvc } = threat;
  const points =
    Number(ssvc?.exploitation === 'poc') +
    Number(ssvc?.automatable === true) +
    Number(ssvc?.technicalImpact === 'total');
  return points * 100 + (publishedScore ?? AVERAGE_CVSS);
}

function withoutExploitation(sample: Sample): Sample {
  const { ssvc } = sample.threat;
  return ssvc === undefined
    ? sample
    : { ...sample, threat: { ssvc: { ...ssvc, exploitation: 'none' } } };
}
