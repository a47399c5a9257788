import type { Checkpoint, Decision } from './decision.ts';
import {
  type ChainFault,
  type ChainHead,
  checkpointMessage,
  linkFault,
  missing,
} from './decision-chain.ts';

/** So many faults are kept; after the first, most are its consequences. */
const FAULTS_KEPT = 100;

export type SignatureVerdict = 'good' | 'bad' | 'unknown-key';

/** Verdicts by the keys that are trusted; `id` as in {@link Checkpoint.keyId}. */
export function trusting(
  keys: readonly {
    readonly id: string;
    verify(message: Uint8Array, signature: Uint8Array): boolean;
  }[],
): (checkpoint: Checkpoint) => SignatureVerdict {
  return (checkpoint) => {
    const key = keys.find(({ id }) => id === checkpoint.keyId);
    if (key === undefined) return 'unknown-key';
    const signature = Buffer.from(checkpoint.signature, 'base64');
    return key.verify(checkpointMessage(checkpoint), signature) ? 'good' : 'bad';
  };
}

export interface ChainReport {
  readonly intact: boolean;
  /** Links looked at. */
  readonly decisions: number;
  /** Checkpoints whose signature is good and whose hash is the chain's. */
  readonly checkpoints: number;
  /** The first hundred, in the order in which they were met. */
  readonly faults: readonly ChainFault[];
  readonly faultCount: number;
  /** The last link looked at; verification can go on from here. */
  readonly head: ChainHead;
  /** The newest checkpoint before any fault: nothing up to it was changed since it was signed. */
  readonly lastCheckpoint?: Checkpoint;
  /** Given checkpoints that lie before the first link looked at, so that they say nothing. */
  readonly notCovered: readonly Checkpoint[];
}

/**
 * Goes along a chain, link by link, and keeps what is wrong with it. Memory does not grow with the
 * chain. Give checkpoints before their link (`expect`) or right after it (`checkpoint`).
 */
export class ChainWalk {
  readonly #start: ChainHead;
  readonly #verify: (checkpoint: Checkpoint) => SignatureVerdict;
  readonly #expected = new Map<number, { checkpoint: Checkpoint; line?: number }[]>();
  readonly #faults: ChainFault[] = [];
  readonly #notCovered: Checkpoint[] = [];
  #head: ChainHead;
  #decisions = 0;
  #checkpoints = 0;
  #faultCount = 0;
  #lastCheckpoint: Checkpoint | undefined;

  /**
   * @param start the link before the first that will be taken
   * @param verify whether the checkpoint's signature is that of a key that is trusted
   */
  constructor(start: ChainHead, verify: (checkpoint: Checkpoint) => SignatureVerdict) {
    this.#start = start;
    this.#head = start;
    this.#verify = verify;
  }

  get head(): ChainHead {
    return this.#head;
  }

  /** The next link. `beside` is a fault of what is stored beside the record. */
  take(decision: Decision, line?: number, beside?: ChainFault): void {
    this.#decisions += 1;
    // A row in another's place says more than that its hash is not the one of its place.
    const misplaced = beside?.what === 'out-of-order' ? beside : undefined;
    const fault = misplaced ?? linkFault(decision, this.#head) ?? beside;
    if (fault !== undefined) this.fault(fault, line);
    this.#head = { seq: decision.seq, hash: decision.hash };
    for (const { checkpoint, line: at } of this.#expected.get(decision.seq) ?? []) {
      this.#compare(checkpoint, at);
    }
    this.#expected.delete(decision.seq);
  }

  /** A checkpoint whose link is still to come. */
  expect(checkpoint: Checkpoint, line?: number): void {
    if (checkpoint.seq <= this.#start.seq) {
      this.#notCovered.push(checkpoint);
      return;
    }
    const same = this.#expected.get(checkpoint.seq) ?? [];
    same.push(line === undefined ? { checkpoint } : { checkpoint, line });
    this.#expected.set(checkpoint.seq, same);
  }

  /** A checkpoint as it stands in an export: behind its link. */
  checkpoint(checkpoint: Checkpoint, line?: number): void {
    if (checkpoint.seq === this.#head.seq) this.#compare(checkpoint, line);
    else if (checkpoint.seq > this.#head.seq) this.expect(checkpoint, line);
    else {
      const message = `The checkpoint of decision ${checkpoint.seq} stands behind decision ${this.#head.seq}: it was moved`;
      this.fault({ seq: checkpoint.seq, what: 'out-of-order', message }, line);
    }
  }

  fault(fault: ChainFault, line?: number): void {
    this.#faultCount += 1;
    if (this.#faults.length >= FAULTS_KEPT) return;
    this.#faults.push(line === undefined ? fault : { ...fault, line });
  }

  /** The links have ended; what was still expected was cut off. */
  finish(): ChainReport {
    const { seq } = this.#head;
    for (const { checkpoint, line } of [...this.#expected.values()].flat()) {
      const cut =
        checkpoint.seq > seq
          ? `${missing(seq + 1, checkpoint.seq)} at the end: the checkpoint of ${checkpoint.at} has seen them`
          : `Decision ${checkpoint.seq}, which the checkpoint of ${checkpoint.at} has seen, is missing`;
      const at = Math.min(seq + 1, checkpoint.seq);
      this.fault({ seq: at, what: 'truncated', message: cut }, line);
    }
    this.#expected.clear();
    return {
      intact: this.#faultCount === 0,
      decisions: this.#decisions,
      checkpoints: this.#checkpoints,
      faults: [...this.#faults],
      faultCount: this.#faultCount,
      head: this.#head,
      ...(this.#lastCheckpoint === undefined ? {} : { lastCheckpoint: this.#lastCheckpoint }),
      notCovered: this.#notCovered,
    };
  }

  /** Holds a checkpoint to the link that was just taken. */
  #compare(checkpoint: Checkpoint, line?: number): void {
    const fault = checkpointFault(checkpoint, this.#head, this.#verify(checkpoint));
    if (fault !== undefined) {
      this.fault(fault, line);
      return;
    }
    this.#checkpoints += 1;
    // Behind a fault a good signature vouches for hashes, and no more for what they are of.
    if (this.#faultCount === 0) this.#lastCheckpoint = checkpoint;
  }
}

function checkpointFault(
  { seq, hash, keyId, at }: Checkpoint,
  head: ChainHead,
  signature: SignatureVerdict,
): ChainFault | undefined {
  if (signature === 'bad') {
    const message = `The checkpoint of decision ${seq} has a signature that is not of key ${keyId.slice(0, 16)}: it was altered`;
    return { seq, what: 'bad-signature', message };
  }
  if (signature === 'unknown-key') {
    const message = `The checkpoint of decision ${seq} is signed by key ${keyId.slice(0, 16)}, which is not trusted here`;
    return { seq, what: 'unknown-key', message };
  }
  if (hash === head.hash) return undefined;
  const message = `Decision ${seq} is not the one that the checkpoint of ${at} has signed: the chain was rewritten`;
  return { seq, what: 'rewritten', message };
}
