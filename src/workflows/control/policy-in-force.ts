import { type ControlPolicy, defaultControlPolicy } from '../../domain/control-policy.ts';
import { SutureError } from '../../domain/error.ts';
import { parseControlPolicy } from '../../stages/decide/document/parse-control-policy.ts';
import type { Store } from '../../store/database.ts';

export interface PolicyInForce {
  /** 0: none was ever activated, and the built-in one holds. */
  readonly version: number;
  readonly policy: ControlPolicy;
}

const parsed = new Map<number, ControlPolicy>();

/**
 * The active version of the policy. Versions never change, so each is parsed once in a process.
 *
 * @throws SutureError `policy-invalid` when the document in force cannot be read: nothing is
 *   decided by guesses
 */
export async function policyInForce(db: Store): Promise<PolicyInForce> {
  const row = await db
    .selectFrom('policy_version')
    .select(['number', 'document'])
    .where('state', '=', 'active')
    .executeTakeFirst();
  if (row === undefined) return { version: 0, policy: defaultControlPolicy };
  let policy = parsed.get(row.number);
  if (policy === undefined) {
    policy = read(row.document, row.number);
    parsed.set(row.number, policy);
  }
  return { version: row.number, policy };
}

function read(document: string, version: number): ControlPolicy {
  const { policy, problems } = parseControlPolicy(document, `policy version ${version}`);
  if (policy !== undefined) return policy;
  const [first] = problems;
  throw new SutureError(
    'policy-invalid',
    `Version ${version} of the policy cannot be read: ${first?.message ?? 'it says nothing'}`,
    { remedy: 'Activate a version that can; until then nothing is decided.' },
  );
}
