import type { ControlPolicy } from '../domain/control-policy.ts';
import type { DecisionActor } from '../domain/decision.ts';
import { SutureError } from '../domain/error.ts';
import type { SigningKey } from '../platform/keys.ts';
import type { Store } from './database.ts';
import { recordDecision } from './decisions.ts';
import { exceptionDecision } from './exceptions-decision.ts';
import { begin, end, lockCovered } from './exceptions-effect.ts';
import {
  type Exception,
  type ExceptionState,
  exceptionById,
  type NamedPerson,
} from './exceptions-read.ts';
import { inTransaction } from './in-transaction.ts';

export interface ExceptionRequest {
  readonly kind: Exception['kind'];
  /** One finding; or an advisory (any id of it), in a package and on an asset where given. */
  readonly findingId?: string;
  readonly advisoryId?: string;
  readonly package?: string;
  readonly assetId?: string;
  readonly reason: string;
  readonly compensatingControl?: string;
  /** Id of the user who answers for it; default: who asks. */
  readonly ownerId?: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export interface ExceptionOptions {
  readonly now: Date;
  /** What the policy in force says of exceptions, and its number. */
  readonly policy: ControlPolicy['exceptions'];
  readonly policyVersion: number;
  readonly sign?: SigningKey;
}

const DAY_MS = 86_400_000;

/**
 * Asks for an exception. Where policy wants a second person it waits for one, else it counts at
 * once. Either way it is a decision in the log.
 *
 * @throws SutureError `exception-invalid`, `exception-exists`
 */
export async function requestException(
  db: Store,
  request: ExceptionRequest,
  by: NamedPerson,
  options: ExceptionOptions,
): Promise<Exception> {
  check(request, options);
  return await inTransaction(db, async (transaction) => {
    await refuseSecond(transaction, request, options.now);
    const waits = options.policy.approval;
    const now = options.now.toISOString();
    const { id } = await transaction
      .insertInto('exception')
      .values({
        finding_id: request.findingId ?? null,
        advisory_id: request.advisoryId ?? null,
        package: request.package ?? null,
        asset_id: request.assetId ?? null,
        kind: request.kind,
        reason: request.reason,
        owner: request.ownerId ?? by.id,
        compensating_control: request.compensatingControl ?? '',
        expires_at: request.expiresAt,
        requested_by: by.id,
        requested_at: now,
        state: waits ? 'requested' : 'active',
        ...(waits ? {} : { decided_by: by.id, decided_at: now }),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const exception = await known(transaction, id);
    await take(transaction, exception, person(by), request.reason, options);
    return exception;
  });
}

/**
 * Agrees to an exception that waits, refuses it, or withdraws one that waits or counts. The same
 * answer by the same person again changes nothing.
 *
 * @throws SutureError `exception-unknown`, `exception-decided`, `exception-own` (policy wants a
 *   second person and this is the first), `exception-over`
 */
export async function decideException(
  db: Store,
  id: string,
  answer: { readonly outcome: 'active' | 'rejected' | 'withdrawn'; readonly reason: string },
  by: NamedPerson,
  options: ExceptionOptions,
): Promise<Exception> {
  return await inTransaction(db, async (transaction) => {
    const before = await locked(transaction, id);
    if (before.state === answer.outcome && before.decidedBy?.id === by.id) return before;
    checkAnswer(before, answer.outcome, by, options);
    const after = await put(transaction, before, answer.outcome, by.id, options.now);
    await take(transaction, after, person(by), answer.reason, options, before.state);
    return after;
  });
}

/** Ends the exceptions whose time is over; for the schedule. At most a hundred at a time. */
export async function expireExceptions(
  db: Store,
  options: ExceptionOptions,
): Promise<readonly Exception[]> {
  const due = await db
    .selectFrom('exception')
    .select('id')
    .where('state', 'in', ['requested', 'active'])
    .where('expires_at', '<=', options.now.toISOString())
    .orderBy('expires_at')
    .limit(100)
    .execute();
  const expired: Exception[] = [];
  for (const { id } of due) {
    const exception = await inTransaction(db, async (transaction) => {
      const before = await locked(transaction, id);
      // Somebody came first.
      if (before.state !== 'requested' && before.state !== 'active') return undefined;
      const after = await put(transaction, before, 'expired', undefined, options.now);
      const policy = { type: 'policy', version: options.policyVersion } as const;
      const because = `Its time was over at ${before.expiresAt}`;
      await take(transaction, after, policy, because, options, before.state);
      return after;
    });
    if (exception !== undefined) expired.push(exception);
  }
  return expired;
}

/** Records the step that led to the exception's state, and lets it count or cease to. */
async function take(
  db: Store,
  exception: Exception,
  actor: DecisionActor,
  because: string,
  { now, policy, policyVersion, sign }: ExceptionOptions,
  before?: ExceptionState,
): Promise<void> {
  const counts = exception.state === 'active';
  const ceases = before === 'active' && !counts;
  const ids = counts || ceases ? await lockCovered(db, exception) : [];
  const draft = await exceptionDecision(db, exception, {
    actor,
    because,
    findings: ids.length,
    policy,
    policyVersion,
  });
  const decision = await recordDecision(db, draft, {
    now,
    ...(sign === undefined ? {} : { sign }),
  });
  const cause = {
    actor: actor.type === 'person' ? actor.userId : 'policy',
    because,
    decisionSeq: decision.seq,
    now: decision.at,
  };
  if (counts) await begin(db, exception, ids, cause);
  if (ceases) await end(db, exception, ids, cause);
}

async function put(
  db: Store,
  { id }: Exception,
  state: ExceptionState,
  by: string | undefined,
  now: Date,
): Promise<Exception> {
  const decided = by === undefined ? {} : { decided_by: by, decided_at: now.toISOString() };
  await db
    .updateTable('exception')
    .set({ state, ...decided })
    .where('id', '=', id)
    .execute();
  return await known(db, id);
}

async function locked(db: Store, id: string): Promise<Exception> {
  await db.selectFrom('exception').select('id').where('id', '=', id).forUpdate().execute();
  return await known(db, id);
}

async function known(db: Store, id: string): Promise<Exception> {
  const exception = await exceptionById(db, id);
  if (exception === undefined) {
    throw new SutureError('exception-unknown', `There is no exception ${id}`, {
      remedy: 'See the list of exceptions for which there are.',
    });
  }
  return exception;
}

function person({ id, name }: NamedPerson): DecisionActor {
  return { type: 'person', userId: id, name };
}

function check(request: ExceptionRequest, { now, policy }: ExceptionOptions): void {
  const invalid = (message: string, remedy: string) =>
    new SutureError('exception-invalid', message, { remedy });
  const { findingId, advisoryId, expiresAt } = request;
  if ((findingId === undefined) === (advisoryId === undefined)) {
    throw invalid('An exception is for one finding or for one advisory', 'Name one of the two.');
  }
  if (findingId !== undefined && (request.package ?? request.assetId) !== undefined) {
    throw invalid('A finding has its package and asset already', 'Leave package and asset out.');
  }
  const expires = Date.parse(expiresAt);
  if (!(expires > now.getTime())) {
    throw invalid('An exception must end in the future', 'Give a later time.');
  }
  const latest = now.getTime() + policy.maximumDays * DAY_MS;
  if (expires > latest) {
    throw invalid(
      `Policy lets exceptions last at most ${policy.maximumDays} days`,
      `Give a time before ${new Date(latest).toISOString()}.`,
    );
  }
}

function checkAnswer(
  { state, requestedBy, expiresAt }: Exception,
  outcome: 'active' | 'rejected' | 'withdrawn',
  by: NamedPerson,
  { now, policy }: ExceptionOptions,
): void {
  const open = state === 'requested' || (state === 'active' && outcome === 'withdrawn');
  if (!open) {
    throw new SutureError('exception-decided', `The exception is ${state} already`, {
      remedy: 'Withdraw it if it is active, or ask for a new one.',
    });
  }
  if (outcome !== 'active') return;
  if (policy.approval && requestedBy.id === by.id) {
    throw new SutureError('exception-own', 'Nobody agrees to an exception that they asked for', {
      remedy: 'Ask another person who may approve.',
    });
  }
  if (Date.parse(expiresAt) <= now.getTime()) {
    throw new SutureError('exception-over', `The time asked for was over at ${expiresAt}`, {
      remedy: 'Refuse it, and have a new one asked for.',
    });
  }
}

/** A second request for the same, while the first waits or counts, is a mistake. */
async function refuseSecond(db: Store, request: ExceptionRequest, now: Date): Promise<void> {
  const { findingId, advisoryId, assetId, kind } = request;
  const same = await db
    .selectFrom('exception')
    .select(['id', 'state'])
    .where('kind', '=', kind)
    .where('state', 'in', ['requested', 'active'])
    .where('expires_at', '>', now.toISOString())
    .where('finding_id', 'is not distinct from', findingId ?? null)
    .where('advisory_id', 'is not distinct from', advisoryId ?? null)
    .where('package', 'is not distinct from', request.package ?? null)
    .where('asset_id', 'is not distinct from', assetId ?? null)
    .executeTakeFirst();
  if (same === undefined) return;
  throw new SutureError('exception-exists', `Exception ${same.id} for the same is ${same.state}`, {
    remedy: 'Decide or withdraw that one first.',
  });
}
