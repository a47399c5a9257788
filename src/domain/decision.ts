/** Who or what decided. */
export type DecisionActor =
  | { readonly type: 'policy'; readonly version: number }
  | { readonly type: 'model'; readonly name: string; readonly version: string }
  | { readonly type: 'person'; readonly userId: string; readonly name: string };

type DecisionKind =
  /** What happens to a proven change: observe, suggest, approve, auto, withhold. */
  | 'change'
  /** A vote of a person on a change, or a person overriding policy. */
  | 'vote'
  | 'override'
  /** An exception given, approved, withdrawn, expired. */
  | 'exception'
  /** A finding judged not affected, or affected after all. */
  | 'judgement'
  | 'policy-activation'
  /** A change handed over, confirmed closed, found not effective, superseded. */
  | 'hand-over'
  | 'closure'
  | 'supersede'
  | 'escalation'
  | 'pause'
  /** Roles, tokens, users. */
  | 'access'
  /** A person says that an earlier decision was wrong. */
  | 'feedback';

/** What was decided, before it is written down. Everything in it must survive JSON. */
export interface DecisionDraft {
  readonly kind: DecisionKind;
  readonly subject: {
    readonly type: 'change' | 'finding' | 'asset' | 'policy' | 'user' | 'system' | 'decision';
    readonly id: string;
  };
  /** Asset concerned, where there is one; for filters. */
  readonly assetId?: string;
  /** One word or two: `approve`, `auto`, `hand-over`, `rejected`. */
  readonly outcome: string;
  /** One sentence for a person. */
  readonly because: string;
  readonly actor: DecisionActor;
  /** The rule of the policy that applied, by name. */
  readonly rule?: string;
  /** Everything the decision was made from. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly factors: readonly {
    readonly name: string;
    readonly value: string;
    readonly contribution?: number;
  }[];
  /** What else could have been decided, and why it was not. */
  readonly alternatives: readonly { readonly outcome: string; readonly why: string }[];
  /** Of policy, models, feeds and the program. */
  readonly versions: Readonly<Record<string, string>>;
  /** Makes writing idempotent: a second draft with the same key is the first. */
  readonly key: string;
}

/** A link of the chain. */
export interface Decision extends DecisionDraft {
  /** From 1, without a gap. */
  readonly seq: number;
  /** ISO 8601 with milliseconds. */
  readonly at: string;
  /** Hash of the link before; 64 zeros for the first. */
  readonly previousHash: string;
  /** SHA-256, hexadecimal, of the canonical JSON (RFC 8785) of everything but this field. */
  readonly hash: string;
}

/** A signed statement of where the chain stood. */
export interface Checkpoint {
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
  readonly keyId: string;
  /** Ed25519 over the canonical JSON of seq, hash and at; base64. */
  readonly signature: string;
}

export type FeedbackVerdict = 'wrong-priority' | 'wrong-context' | 'bad-patch' | 'right';
