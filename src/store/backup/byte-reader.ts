import { messageOf } from '../../domain/error.ts';

/**
 * Takes a stream of chunks apart into stretches of known length. What goes wrong in the stream, or
 * that it ends too early, is thrown as `broken` says.
 */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  readonly #broken: (why: string) => Error;
  #rest: Buffer = Buffer.alloc(0);
  #open = 0;

  constructor(source: AsyncIterable<Buffer>, broken: (why: string) => Error) {
    this.#broken = broken;
    this.#source = source[Symbol.asyncIterator]();
  }

  async exactly(length: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.stretch(length)) chunks.push(chunk);
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  }

  /** The next bytes as they come; leave with `skip` what is not read of them. */
  stretch(length: number): AsyncGenerator<Buffer, void, undefined> {
    // Now, not when the first chunk is asked for: a stretch that nobody reads is skipped as well.
    this.#open = length;
    return this.#chunks();
  }

  async *#chunks(): AsyncGenerator<Buffer, void, undefined> {
    while (this.#open > 0) {
      const chunk = await this.#take(this.#open);
      if (chunk === undefined) throw this.#broken('it ends too early');
      this.#open -= chunk.length;
      yield chunk;
    }
  }

  /** Passes over what was not read of the last stretch. */
  async skip(): Promise<void> {
    for await (const _ of this.#chunks());
  }

  /** Reads to the end: only then is the last check sum compared. */
  async drain(): Promise<void> {
    while ((await this.#take(Number.MAX_SAFE_INTEGER)) !== undefined);
  }

  async #take(most: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next().catch((error: unknown) => {
        throw this.#broken(messageOf(error));
      });
      if (next.done === true) return undefined;
      this.#rest = next.value;
    }
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }
}
