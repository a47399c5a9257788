import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';

const DEFAULT_BUFFER_BYTES = 8 * 1024 * 1024;
const READ_BYTES = 256 * 1024;
const REMOVED = 0xffffffff;
/** What a Map entry, its key and its Buffer cost besides their content, roughly. */
const ENTRY_OVERHEAD_BYTES = 200;

/**
 * Collects writes in any order and gives them back sorted by key, the last one of each key only.
 *
 * A B-tree that is written in random order touches every page again and again, and through a memory
 * map every touched page counts as the process's memory. What comes sorted touches each page once
 * and fills it. Beyond a bound, writes go to sorted run files beside the index and are merged.
 */
export class SortedWrites implements Disposable {
  readonly #path: string;
  readonly #bufferBytes: number;
  readonly #runs: string[] = [];
  #pending = new Map<string, Buffer | undefined>();
  #pendingBytes = 0;

  /** @param path beginning of the run files' names. */
  constructor(path: string, bufferBytes: number = DEFAULT_BUFFER_BYTES) {
    this.#path = path;
    this.#bufferBytes = bufferBytes;
  }

  put(key: string, value: Buffer): void {
    this.#add(key, value);
  }

  remove(key: string): void {
    this.#add(key, undefined);
  }

  /** Everything collected so far, sorted; `undefined` stands for a removal. Empties the collection. */
  *drain(): Generator<[key: string, value: Buffer | undefined]> {
    if (this.#runs.length === 0) {
      yield* this.#takePending();
      return;
    }
    this.#spill();
    const readers = this.#runs.map((path) => new RunReader(path));
    try {
      yield* merge(readers);
    } finally {
      for (const reader of readers) reader[Symbol.dispose]();
      this[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    for (const path of this.#runs.splice(0)) rmSync(path, { force: true });
  }

  #add(key: string, value: Buffer | undefined): void {
    this.#pending.set(key, value);
    this.#pendingBytes += ENTRY_OVERHEAD_BYTES + key.length + (value?.length ?? 0);
    if (this.#pendingBytes >= this.#bufferBytes) this.#spill();
  }

  #takePending(): [string, Buffer | undefined][] {
    const sorted = [...this.#pending].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#pending = new Map();
    this.#pendingBytes = 0;
    return sorted;
  }

  #spill(): void {
    const path = `${this.#path}.${this.#runs.length}.run`;
    const file = openSync(path, 'w');
    this.#runs.push(path);
    try {
      let parts: Buffer[] = [];
      let bytes = 0;
      const flush = () => {
        writeSync(file, Buffer.concat(parts));
        parts = [];
        bytes = 0;
      };
      for (const [key, value] of this.#takePending()) {
        const name = Buffer.from(key);
        const head = Buffer.allocUnsafe(8);
        head.writeUInt32LE(name.length, 0);
        head.writeUInt32LE(value?.length ?? REMOVED, 4);
        parts.push(head, name);
        if (value !== undefined) parts.push(value);
        bytes += 8 + name.length + (value?.length ?? 0);
        if (bytes > READ_BYTES) flush();
      }
      flush();
    } finally {
      closeSync(file);
    }
  }
}

/** Merges sorted runs; where several have a key, the latest run counts. */
function* merge(readers: readonly RunReader[]): Generator<[string, Buffer | undefined]> {
  for (;;) {
    let smallest: string | undefined;
    let value: Buffer | undefined;
    for (const { head } of readers) {
      if (head === undefined) continue;
      if (smallest === undefined || head[0] <= smallest) [smallest, value] = head;
    }
    if (smallest === undefined) return;
    for (const reader of readers) if (reader.head?.[0] === smallest) reader.advance();
    yield [smallest, value];
  }
}

/** Reads a run file from its beginning, a bounded piece at a time. */
class RunReader implements Disposable {
  head: [key: string, value: Buffer | undefined] | undefined;
  readonly #file: number;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.advance();
  }

  advance(): void {
    const sizes = this.#take(8);
    if (sizes === undefined) {
      this.head = undefined;
      return;
    }
    const valueLength = sizes.readUInt32LE(4);
    const key = this.#take(sizes.readUInt32LE(0))?.toString('utf8') ?? '';
    // The reader's own buffer is used again, so what is given away is copied.
    const value = valueLength === REMOVED ? undefined : Buffer.from(this.#take(valueLength) ?? []);
    this.head = [key, value];
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #take(length: number): Buffer | undefined {
    if (this.#bytes.length < length) {
      const more = Buffer.allocUnsafe(Math.max(READ_BYTES, length));
      const read = readSync(this.#file, more, 0, more.length, null);
      this.#bytes = Buffer.concat([this.#bytes, more.subarray(0, read)]);
      if (this.#bytes.length < length || length === 0) {
        return length === 0 ? Buffer.alloc(0) : undefined;
      }
    }
    const taken = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return taken;
  }
}
