import type { SeverityVector } from './advisory.ts';
import { parseV2, scoreV2 } from './cvss-v2.ts';
import { parseV3, scoreV3 } from './cvss-v3.ts';
import { parseV4, scoreV4 } from './cvss-v4.ts';
import { type Metrics, metric } from './cvss-vector.ts';

/** What the CVSS versions say in common, in one shape. */
export interface CvssMetrics {
  readonly attackVector: 'network' | 'adjacent' | 'local' | 'physical';
  /** `high` also for v4's Attack Requirements: present. */
  readonly attackComplexity: 'low' | 'high';
  readonly privileges: 'none' | 'low' | 'high';
  readonly userInteraction: 'none' | 'required';
  readonly confidentiality: CvssImpact;
  readonly integrity: CvssImpact;
  readonly availability: CvssImpact;
}

type CvssImpact = 'none' | 'low' | 'high';

export interface CvssAssessment {
  /** Base score 0–10. */
  readonly score: number;
  readonly version: 2 | 3 | 4;
  readonly vector: string;
  readonly metrics: CvssMetrics;
}

interface CvssVersion {
  readonly version: 2 | 3 | 4;
  readonly parse: (vector: string) => Metrics | undefined;
  readonly score: (metrics: Metrics) => number;
  readonly common: (metrics: Metrics) => CvssMetrics;
}

const VERSIONS: Readonly<Record<SeverityVector['type'], CvssVersion>> = {
  CVSS_V2: { version: 2, parse: parseV2, score: scoreV2, common: common2 },
  CVSS_V3: { version: 3, parse: parseV3, score: scoreV3, common: common3 },
  CVSS_V4: { version: 4, parse: parseV4, score: scoreV4, common: common4 },
};

/** Base score and metrics of a vector; `undefined` when it is broken. */
export function assessVector({ type, vector }: SeverityVector): CvssAssessment | undefined {
  const text = vector.trim();
  const { version, parse, score, common } = VERSIONS[type];
  const metrics = parse(text);
  return metrics && { score: score(metrics), version, vector: text, metrics: common(metrics) };
}

/**
 * The assessment to go by when an advisory has several: the newest CVSS version, because each
 * replaced the one before it; within a version the highest score, because two sources that
 * disagree are no reason to look away. Broken vectors are passed over.
 */
export function preferredAssessment(
  severities: readonly SeverityVector[],
): CvssAssessment | undefined {
  let best: CvssAssessment | undefined;
  for (const severity of severities) {
    const next = assessVector(severity);
    if (next === undefined) continue;
    const better =
      best === undefined ||
      next.version > best.version ||
      (next.version === best.version && next.score > best.score);
    if (better) best = next;
  }
  return best;
}

function common4(m: Metrics): CvssMetrics {
  return {
    attackVector: vectorOf(metric(m, 'AV')),
    attackComplexity: metric(m, 'AC') === 'L' && metric(m, 'AT') === 'N' ? 'low' : 'high',
    privileges: levelOf(metric(m, 'PR')),
    userInteraction: metric(m, 'UI') === 'N' ? 'none' : 'required',
    // What is lost counts wherever it is lost: v3 has one set of metrics for both systems.
    confidentiality: worse(metric(m, 'VC'), metric(m, 'SC')),
    integrity: worse(metric(m, 'VI'), metric(m, 'SI')),
    availability: worse(metric(m, 'VA'), metric(m, 'SA')),
  };
}

function common3(m: Metrics): CvssMetrics {
  return {
    attackVector: vectorOf(metric(m, 'AV')),
    attackComplexity: metric(m, 'AC') === 'L' ? 'low' : 'high',
    privileges: levelOf(metric(m, 'PR')),
    userInteraction: metric(m, 'UI') === 'N' ? 'none' : 'required',
    confidentiality: levelOf(metric(m, 'C')),
    integrity: levelOf(metric(m, 'I')),
    availability: levelOf(metric(m, 'A')),
  };
}

/**
 * v2 knows no user interaction; its medium complexity stands for it (guide, section 2.1.2: "some
 * social engineering"), as in every cross-site scripting entry of that time.
 */
function common2(m: Metrics): CvssMetrics {
  const impact = (name: string) =>
    ({ C: 'high', P: 'low', N: 'none' })[metric(m, name)] as CvssImpact;
  return {
    attackVector: vectorOf(metric(m, 'AV')),
    attackComplexity: metric(m, 'AC') === 'H' ? 'high' : 'low',
    privileges: ({ N: 'none', S: 'low', M: 'high' } as const)[metric(m, 'Au') as 'N' | 'S' | 'M'],
    userInteraction: metric(m, 'AC') === 'M' ? 'required' : 'none',
    confidentiality: impact('C'),
    integrity: impact('I'),
    availability: impact('A'),
  };
}

function vectorOf(value: string): CvssMetrics['attackVector'] {
  return (
    ({ N: 'network', A: 'adjacent', L: 'local' } as const)[value as 'N' | 'A' | 'L'] ?? 'physical'
  );
}

function levelOf(value: string): CvssImpact {
  return value === 'H' ? 'high' : value === 'L' ? 'low' : 'none';
}

function worse(a: string, b: string): CvssImpact {
  return levelOf(a === 'H' || b === 'H' ? 'H' : a === 'L' || b === 'L' ? 'L' : 'N');
}
