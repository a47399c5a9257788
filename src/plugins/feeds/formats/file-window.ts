import type { FileHandle } from 'node:fs/promises';
import { RandomAccessReader } from 'yauzl';

/** Asked for bytes that the file does not have. */
export class PastTheEnd extends Error {}

/** Random access over a file that is nearly always read forwards: one read per window. */
export class FileWindow {
  readonly #handle: FileHandle;
  readonly #size: number;
  readonly #buffer: Buffer;
  #start = 0;
  #length = 0;

  constructor(handle: FileHandle, size: number, windowBytes: number) {
    this.#handle = handle;
    this.#size = size;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(windowBytes, Math.max(size, 1)));
  }

  /** The bytes when they are in the window already; valid until the next read. */
  peek(position: number, length: number): Buffer | undefined {
    const offset = position - this.#start;
    if (offset < 0 || offset + length > this.#length) return undefined;
    return this.#buffer.subarray(offset, offset + length);
  }

  /**
   * Bytes that stay valid until the next call.
   *
   * @throws PastTheEnd
   */
  async read(position: number, length: number): Promise<Buffer> {
    const present = this.peek(position, length);
    if (present !== undefined) return present;
    if (position + length > this.#size) {
      throw new PastTheEnd(`something at byte ${position} reaches past the end at ${this.#size}`);
    }
    if (length > this.#buffer.length) {
      const once = Buffer.allocUnsafeSlow(length);
      const { bytesRead } = await this.#handle.read(once, 0, length, position);
      if (bytesRead < length) throw new PastTheEnd('the file became shorter while it was read');
      return once;
    }
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, this.#buffer.length, position);
    this.#start = position;
    this.#length = bytesRead;
    if (bytesRead < length) throw new PastTheEnd('the file became shorter while it was read');
    return this.#buffer.subarray(0, length);
  }
}

/** Lets yauzl read through a window: by itself it makes two system calls for every entry. */
export class WindowReader extends RandomAccessReader {
  readonly #window: FileWindow;

  constructor(window: FileWindow) {
    super();
    this.#window = window;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    const present = this.#window.peek(position, length);
    if (present !== undefined) {
      present.copy(buffer, offset);
      // yauzl counts on being called back later, never at once.
      process.nextTick(callback, null, length);
      return;
    }
    // oxlint-disable promise/no-callback-in-promise -- this is where promises meet yauzl's callbacks
    this.#window.read(position, length).then(
      (bytes) => callback(null, bytes.copy(buffer, offset)),
      (error: Error) => callback(error),
    );
    // oxlint-enable promise/no-callback-in-promise
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}
