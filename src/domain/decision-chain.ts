import { canonicalHash, canonicalJson } from './canonical-json.ts';
import type { Checkpoint, Decision, DecisionDraft } from './decision.ts';

/** What the first link links on to. */
export const GENESIS_HASH = '0'.repeat(64);

/** A link without its hash: what is hashed. */
export type UnhashedDecision = Omit<Decision, 'hash'>;

/** Where a chain stands: its last link. Before the first: `{ seq: 0, hash: GENESIS_HASH }`. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: GENESIS_HASH };

/** The hash of a link; a `hash` member that is there is not counted. */
export function linkHash(decision: UnhashedDecision & { readonly hash?: string }): string {
  const { hash: _, ...hashed } = decision;
  return canonicalHash(hashed);
}

/** Puts a draft behind `head`. `at` is ISO 8601 with milliseconds. */
export function link(draft: DecisionDraft, head: ChainHead, at: string): Decision {
  const unhashed: UnhashedDecision = {
    ...storable(draft),
    seq: head.seq + 1,
    at,
    previousHash: head.hash,
  };
  return { ...unhashed, hash: linkHash(unhashed) };
}

/**
 * The draft as every store and reader gives it back: no `undefined`, and text without what
 * PostgreSQL (NUL) or UTF-8 (lone surrogates) cannot hold. Such characters come from what scanned
 * repositories and advisories say; a decision must not fail because of them.
 */
function storable<T>(value: T): T {
  return storableValue(value) as T;
}

function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map((item) => storableValue(item ?? null));
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // fromEntries, because assigning a member named __proto__ would lose it.
  return Object.fromEntries(
    members.map(([name, member]) => [storableText(name), storableValue(member)]),
  );
}

function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

/** What a checkpoint's signature is over: canonical JSON of seq, hash and at, as UTF-8. */
export function checkpointMessage({ seq, hash, at }: Omit<Checkpoint, 'signature'>): Uint8Array {
  return new TextEncoder().encode(canonicalJson({ at, hash, seq }));
}

/** What is wrong with a chain, and where. */
export interface ChainFault {
  readonly seq: number;
  /** Of the file, from 1, when it was read from one. */
  readonly line?: number;
  readonly what:
    | 'altered'
    | 'copy-altered'
    | 'missing'
    | 'out-of-order'
    | 'not-linked'
    | 'truncated'
    | 'rewritten'
    | 'bad-signature'
    | 'unknown-key'
    | 'unreadable';
  /** One sentence for a person. */
  readonly message: string;
}

/** That the links from `first` to `last` are missing, in words. */
export function missing(first: number, last: number): string {
  return first === last
    ? `Decision ${first} is missing`
    : `Decisions ${first} to ${last} are missing`;
}

/**
 * The fault of one link that comes after `head`, if there is one; the first that is found. Whether
 * what is stored beside the record agrees with it is not looked at here.
 */
export function linkFault(decision: Decision, head: ChainHead): ChainFault | undefined {
  const { seq } = decision;
  const expected = head.seq + 1;
  if (seq > expected) {
    return {
      seq: expected,
      what: 'missing',
      message: `${missing(expected, seq - 1)}: ${seq} comes after ${head.seq}`,
    };
  }
  if (seq < expected) {
    return {
      seq,
      what: 'out-of-order',
      message: `Decision ${seq} comes after ${head.seq}: it was moved, repeated or put in`,
    };
  }
  if (hashOf(decision) !== decision.hash) {
    return {
      seq,
      what: 'altered',
      message: `Decision ${seq} is not what was recorded: its content does not have its hash`,
    };
  }
  if (decision.previousHash !== head.hash) {
    return {
      seq,
      what: 'not-linked',
      message:
        seq === 1
          ? 'Decision 1 links on to something before it: the beginning was cut off'
          : `Decision ${seq} does not link on to ${head.seq}: one of the two was replaced or put in`,
    };
  }
  return undefined;
}

/** The hash, or nothing where the content has none (a lone surrogate, no object). */
function hashOf(decision: Decision): string | undefined {
  try {
    return linkHash(decision);
  } catch {
    return undefined;
  }
}
