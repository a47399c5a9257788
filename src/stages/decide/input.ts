import type { VerifiedChange } from '../../domain/change.ts';
import type { AssetContext } from '../../domain/context.ts';
import type { ControlPolicy } from '../../domain/control-policy.ts';
import type { Finding } from '../../domain/finding.ts';
import type { ManagedAsset } from '../../domain/managed-asset.ts';

/** What policy may look at of an asset. */
export type DecidedAsset = Pick<ManagedAsset, 'name' | 'kind' | 'labels' | 'owners'>;

/** Everything that a decision about a change is made from. */
export interface DecideInput {
  readonly policy: ControlPolicy;
  /** Number of the policy's version, for the reasons. */
  readonly policyVersion: number;
  readonly asset: DecidedAsset;
  readonly context: AssetContext;
  readonly change: VerifiedChange;
  /** The findings that the change closes, with their deadlines. */
  readonly findings: readonly Finding[];
  readonly now: Date;
}

/** What rules can ask of a change: `change` in conditions. */
export interface ChangeFacts {
  /** 0–1. */
  readonly confidence: number;
  readonly verdict: 'proven' | 'failed' | 'inconclusive';
  /** Kinds of its remedies, each once, sorted. */
  readonly kinds: readonly string[];
  /** Packages whose version changes, each once, sorted. */
  readonly packages: readonly string[];
  /** How many of its remedies cross a major version. */
  readonly majors: number;
  readonly closes: number;
  readonly riskRemoved: number;
  /** 0–1; 0 where it was not measured. */
  readonly testsReachShare: number;
  /** An exploit that succeeded before fails now. */
  readonly hasExploitProof: boolean;
  readonly files: readonly string[];
  /** For a change that is not proven: why. */
  readonly because: string;
}

/** A case whose change is given by its facts: a change that does not exist can be asked about. */
export type Case = Omit<DecideInput, 'change'> & { readonly facts: ChangeFacts };

/** The facts of a verified change. */
export function factsOf(change: VerifiedChange): ChangeFacts {
  const { verification, remedies } = change;
  return {
    confidence: change.confidence.value,
    verdict: verification.verdict,
    kinds: distinct(remedies.map(({ kind }) => kind)),
    packages: distinct(remedies.map((remedy) => remedy.package)),
    majors: remedies.filter(crossesMajor).length,
    closes: change.closes.length,
    riskRemoved: change.riskRemoved,
    testsReachShare: verification.testsReachChange.share ?? 0,
    hasExploitProof: verification.exploits.some(
      ({ before, after }) => before === 'succeeds' && after === 'fails',
    ),
    files: change.files,
    because: verification.because,
  };
}

/** By semver's leading numbers: a changed first one, or below 1.0.0 a changed second one. */
function crossesMajor({ from, to }: VerifiedChange['remedies'][number]): boolean {
  if (to === undefined) return false;
  const [before, after] = [numbersOf(from), numbersOf(to)];
  if (before === undefined || after === undefined) return true;
  if (before[0] !== after[0]) return true;
  return before[0] === 0 && before[1] !== after[1];
}

function numbersOf(version: string): readonly [number, number] | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?/.exec(version);
  return match === null ? undefined : [Number(match[1]), Number(match[2] ?? 0)];
}

function distinct(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort();
}
