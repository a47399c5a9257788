import type { z } from '@hono/zod-openapi';
import type { Permission, Principal } from '../domain/access.ts';

/** An operation of the contract, as far as serving it goes. */
export interface ContractOperation {
  readonly method: string;
  readonly path: string;
  readonly request: unknown;
  readonly responses: Readonly<Record<number, unknown>>;
  readonly 'x-suture-needs': Permission | 'none' | 'any';
}

type ParamsOf<O> = O extends { request: { params: infer S extends z.ZodType } }
  ? z.output<S>
  : undefined;
type QueryOf<O> = O extends { request: { query: infer S extends z.ZodType } }
  ? z.output<S>
  : undefined;
type BodyOf<O> = O extends {
  request: { body: { content: { 'application/json': { schema: infer S extends z.ZodType } } } };
}
  ? z.output<S>
  : undefined;
type AnswerOf<O> = O extends { responses: Readonly<Record<infer _, infer R>> }
  ? R extends { content: { 'application/json': { schema: infer S extends z.ZodType } } }
    ? z.input<S>
    : never
  : never;

/** Arrays and objects that nobody may change fit as well: an answer is only written out. */
type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** A request that fits the contract, from somebody who may make it. */
export interface Request<O> {
  readonly params: ParamsOf<O>;
  readonly query: QueryOf<O>;
  readonly body: BodyOf<O>;
  /** Who asks; for operations open to everybody it is whoever happens to be signed in. */
  readonly asker: O extends { readonly 'x-suture-needs': 'none' }
    ? Principal | undefined
    : Principal;
  /** What else is known of the request, and what goes beside the answer. */
  readonly exchange: Exchange;
}

interface Exchange {
  readonly signal: AbortSignal;
  readonly secure: boolean;
  readonly userAgent: string;
  readonly sessionSecret: string | undefined;
  /** When the session, or the token, ends. */
  readonly expiresAt: string;
  readonly email: string | null;
  /** Adds a header to the answer. */
  readonly setHeader: (name: string, value: string) => void;
}

export interface ServingOptions {
  /** Largest body, bytes. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Seconds until it is answered with 504. Default 30. */
  readonly timeoutSeconds?: number;
  /** The answer holds a secret: it is not kept for a repetition with the same key. */
  readonly answersSecret?: boolean;
  /** Doing it twice is as doing it once: what was interrupted may be done again. */
  readonly repeatable?: boolean;
}

/** An operation with what carries it out. */
export interface BoundOperation extends ServingOptions {
  readonly operation: ContractOperation;
  readonly handle: (request: Request<never>) => Promise<unknown>;
}

/** Joins an operation of the contract with what carries it out; both are checked by type. */
export function bind<O extends ContractOperation>(
  operation: O,
  handle: (request: Request<O>) => Promise<DeepReadonly<AnswerOf<O>>>,
  options: ServingOptions = {},
): BoundOperation {
  // A list holds operations of all shapes; each gets back what it was checked for.
  return { operation, handle, ...options };
}
