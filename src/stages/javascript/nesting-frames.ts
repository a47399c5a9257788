/**
 * Levels the parser may recurse. It was seen to overflow a stack of 4 MiB (a worker's; the main
 * thread has 8) from some 1,900 nested templates or functions on; real code stays below 300.
 */
const MAX_LEVELS = 800;
/** Long chains of binary operators are cheaper by this much: `a + b + …` was fine with 20,000. */
const BINARY_LEVEL = 1 / 20;
/** Chains of members and calls, `a.b().c`, are cheaper still: fine with 100,000. */
const LINK_LEVEL = 1 / 100;

type FrameKind = '(' | '[' | '{' | '`' | 'tag' | 'children' | 'file';
const OPENER: Readonly<Record<string, FrameKind>> = { ')': '(', ']': '[', '}': '{', '`': '`' };

/** One open bracket and what nests in it without brackets. */
export interface Frame {
  readonly kind: FrameKind;
  /** The parentheses of `if (…)`: what follows begins a statement. */
  readonly control: boolean;
  /** Levels of the frames around this one. */
  readonly below: number;
  /** `if (a) if (b) …`, `else if`: ends with the statement. */
  statements: number;
  /** `do do …`: counted until the bracket closes, because their ends are not seen. */
  loops: number;
  /** `!!a`, `a = b = c`, `a ? b : c ? …`: ends at a comma. */
  expressions: number;
  /** `A<B<C…`. */
  angles: number;
}

/** Counts the levels a recursive parser would be at. */
export class FrameStack {
  #frames: Frame[] = [newFrame('file', 0, false)];
  #top: Frame = newFrame('file', 0, false);
  tooDeep = false;

  get top(): Frame {
    return this.#top;
  }

  push(kind: FrameKind, control = false): void {
    const { below, statements, loops, expressions, angles } = this.#top;
    this.#frames.push(this.#top);
    this.#top = newFrame(kind, below + statements + loops + expressions + angles + 1, control);
    this.#check();
  }

  /** Closes the innermost bracket; `undefined` when another kind is open. */
  pop(closer: string): Frame | undefined {
    const frame = this.#top;
    if (frame.kind !== OPENER[closer]) return undefined;
    this.drop();
    return frame;
  }

  drop(): void {
    this.#top = this.#frames.pop() ?? newFrame('file', 0, false);
  }

  addStatement(): void {
    this.#top.statements += 1;
    this.#check();
  }

  addLoop(): void {
    this.#top.loops += 1;
    this.#check();
  }

  addExpression(): void {
    this.#top.expressions += 1;
    this.#check();
  }

  addBinary(): void {
    this.#top.expressions += BINARY_LEVEL;
    this.#check();
  }

  addLink(): void {
    this.#top.expressions += LINK_LEVEL;
    this.#check();
  }

  openAngle(): void {
    this.#top.angles += 1;
    this.#check();
  }

  closeAngle(): void {
    this.#top.angles = Math.max(0, this.#top.angles - 1);
  }

  endExpression(): void {
    this.#top.expressions = 0;
  }

  endStatement(): void {
    this.#top.statements = 0;
    this.#top.expressions = 0;
    this.#top.angles = 0;
  }

  /** A quick look: with so few characters that can nest, no text nests too deep. */
  mayOverflow(text: string): boolean {
    return text.length > MAX_LEVELS && this.tooManyIn(text);
  }

  /** The upper bound: everything that can nest, wherever it stands. */
  tooManyIn(text: string): boolean {
    let levels = 0;
    for (let at = 0; at < text.length; at += 1) {
      switch (text.charCodeAt(at)) {
        case 0x28: // (
        case 0x5b: // [
        case 0x7b: // {
        case 0x60: // `
        case 0x3c: // <
        case 0x21: // !
        case 0x7e: // ~
        case 0x3d: // =
        case 0x3f: // ?
        case 0x3a: // :
          levels += 1;
          break;
        case 0x20: // a keyword needs one after it: `new new a`, `typeof typeof a`
        case 0x0a:
        case 0x09:
        case 0x2b: // +
        case 0x2d: // -
          levels += 1 / 4;
          break;
        case 0x25: // %
        case 0x26: // &
        case 0x2a: // *
        case 0x2f: // /
        case 0x3e: // >
        case 0x5e: // ^
        case 0x7c: // |
          levels += BINARY_LEVEL;
          break;
        case 0x2e: // .
          levels += LINK_LEVEL;
          break;
        default:
      }
      if (levels > MAX_LEVELS) return true;
    }
    return false;
  }

  #check(): void {
    const { below, statements, loops, expressions, angles } = this.#top;
    if (below + statements + loops + expressions + angles > MAX_LEVELS) this.tooDeep = true;
  }
}

function newFrame(kind: FrameKind, below: number, control: boolean): Frame {
  return { kind, control, below, statements: 0, loops: 0, expressions: 0, angles: 0 };
}
