import type { Asset } from '../../domain/asset.ts';
import type { PlannedChange } from '../../domain/change.ts';
import type { FeedState } from '../../domain/report.ts';
import type { Confidence, Verification } from '../../domain/verification.ts';

/** Where a verification ran; two runs with the same digest had the same machine under them. */
export interface VerificationEnvironment {
  readonly platform: string;
  readonly architecture: string;
  readonly node: string;
  readonly sandbox: string;
  readonly packageManager: string;
}

export interface VerificationPredicate {
  readonly tool: { readonly name: string; readonly version: string };
  readonly asset: Pick<Asset, 'id' | 'name'>;
  readonly base: {
    /** Commit the change starts from; absent outside git. */
    readonly commit?: string;
    readonly lockfile: string;
    readonly lockfileSha256: string;
  };
  readonly change: Pick<PlannedChange, 'id' | 'remedies' | 'closes' | 'partly' | 'signs'>;
  readonly environment: VerificationEnvironment & { readonly sha256: string };
  /** Argument vectors that rewrote the files. */
  readonly commands: readonly (readonly string[])[];
  readonly verification: Verification;
  readonly confidence: Confidence;
  readonly feeds: readonly FeedState[];
  /** ISO 8601. */
  readonly createdAt: string;
}

/** in-toto Statement v1 (in-toto/attestation, spec/v1/statement.md). */
export interface EvidenceStatement {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly {
    readonly name: string;
    readonly digest: { readonly sha256: string } | { readonly gitCommit: string };
  }[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: VerificationPredicate;
}

/** Names our predicate without claiming a web address. Its schema: docs/schemas/evidence-1.schema.json. */
const PREDICATE_TYPE = 'urn:suture:verification:v1';

/**
 * @param files changed files and the SHA-256 of their new content; a deleted file is left out
 * @param commit the commit that carries the change, when there is one
 */
export function evidenceStatement(
  predicate: VerificationPredicate,
  files: readonly { readonly name: string; readonly sha256: string }[],
  commit?: string,
): EvidenceStatement {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      ...files.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
      ...(commit === undefined ? [] : [{ name: 'commit', digest: { gitCommit: commit } }]),
    ],
    predicateType: PREDICATE_TYPE,
    predicate,
  };
}

/** Reads a payload back; `undefined` when it is no statement of ours. */
export function parseStatement(payload: string): EvidenceStatement | undefined {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { _type, predicateType, predicate, subject } = value as Record<string, unknown>;
  const ours =
    _type === 'https://in-toto.io/Statement/v1' &&
    predicateType === PREDICATE_TYPE &&
    typeof predicate === 'object' &&
    predicate !== null &&
    Array.isArray(subject);
  // The signature vouches for the rest: only Suture signs this predicate type.
  return ours ? (value as EvidenceStatement) : undefined;
}
