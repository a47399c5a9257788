import { type Frame, FrameStack } from './nesting-frames.ts';
import { regularExpressionEnd, stringEnd } from './nesting-literals.ts';

/** Keywords after which an expression begins, so that `/` starts a regular expression. */
const BEFORE_EXPRESSION = new Set(
  'return typeof case in of do else void delete instanceof new throw yield await default extends'.split(
    ' ',
  ),
);
/** Of those, the ones that are plain names elsewhere: a `/` after them may be either. */
const CONTEXTUAL = new Set(['of', 'yield', 'await']);
const STATEMENTS = new Set(['if', 'for', 'while', 'with', 'do', 'else']);
const PREFIXES = new Set(
  'new typeof void delete await yield keyof unique readonly infer'.split(' '),
);
/** The token of TypeScript's `a!`, after which `/` divides, unless the line ended there. */
const NON_NULL = 'a!';
const NAME = /[\w$\u0080-\uffff#@\\]+/y;
const NUMBER = /\d[\w.]*/y;

/**
 * Whether text nests deeper than the native parser can be trusted with. The parser recurses, and a
 * native stack that overflows ends the whole process: hostile code must be stopped before it.
 *
 * This reads tokens only. Where a token cannot be told for certain (`}` before `/`, quotes that do
 * not close), it stops reading and counts everything that could nest, which is an upper bound.
 */
export function nestsTooDeep(text: string, lang: 'js' | 'jsx' | 'ts' | 'tsx' | 'dts'): boolean {
  const scan = new NestingScan(text, lang);
  return scan.tooDeep();
}

class NestingScan {
  readonly #text: string;
  readonly #jsx: boolean;
  readonly #types: boolean;
  readonly #frames = new FrameStack();
  #at = 0;
  /** The last token ends a value, so an operator comes next. */
  #afterValue = false;
  #lastWord = '';
  #last = '';
  #uncertain = false;

  constructor(text: string, lang: string) {
    this.#text = text;
    this.#jsx = lang === 'jsx' || lang === 'tsx';
    this.#types = lang === 'ts' || lang === 'tsx' || lang === 'dts';
  }

  tooDeep(): boolean {
    if (!this.#frames.mayOverflow(this.#text)) return false;
    while (this.#at < this.#text.length && !this.#uncertain) {
      const { kind } = this.#frames.top;
      if (kind === '`') this.#template();
      else if (kind === 'tag') this.#tag();
      else if (kind === 'children') this.#children();
      else this.#token();
      if (this.#frames.tooDeep) return true;
    }
    return this.#uncertain && this.#frames.tooManyIn(this.#text);
  }

  #token(): void {
    const char = this.#text[this.#at] ?? '';
    if (char <= ' ' || char === '\u00a0' || char === '\ufeff') {
      this.#at += 1;
    } else if (char === '"' || char === "'") {
      this.#string(char);
    } else if (char === '`') {
      this.#frames.addLink();
      this.#frames.push('`');
      this.#at += 1;
    } else if (char === '/') {
      this.#slash();
    } else if (char >= '0' && char <= '9') {
      this.#at += matchAt(NUMBER, this.#text, this.#at);
      this.#value('0');
    } else {
      const length = matchAt(NAME, this.#text, this.#at);
      if (length > 0) this.#word(this.#text.slice(this.#at, this.#at + length));
      else this.#punctuation(char);
    }
  }

  #value(token: string): void {
    this.#afterValue = true;
    this.#last = token;
    this.#lastWord = '';
  }

  #operator(token: string): void {
    this.#afterValue = false;
    this.#last = token;
    this.#lastWord = '';
  }

  #word(word: string): void {
    this.#at += word.length;
    const isMember = this.#last === '.';
    // `}` or a finished statement before a word other than these: what came before is closed.
    if (!isMember && (this.#last === '}' || this.#last === ';')) {
      const continues = word === 'else' || word === 'instanceof' || word === 'in';
      if (!continues) this.#frames.endStatement();
    }
    if (!isMember && word !== 'else' && this.#startsLine(word)) this.#frames.endStatement();
    this.#value('a');
    if (isMember) return;
    if (word === 'do') this.#frames.addLoop();
    else if (STATEMENTS.has(word)) this.#frames.addStatement();
    else if (PREFIXES.has(word)) this.#frames.addExpression();
    this.#lastWord = word;
    if (BEFORE_EXPRESSION.has(word)) this.#afterValue = false;
  }

  /** Without semicolons, a declaration after a finished value begins a new statement. */
  #startsLine(word: string): boolean {
    if (!this.#afterValue || this.#last === ')') return false;
    return /^(const|let|var|import|export|return|throw|if|for|while|class)$/.test(word);
  }

  #punctuation(char: string): void {
    const next = this.#text[this.#at + 1];
    this.#at += 1;
    switch (char) {
      case '(': {
        if (this.#afterValue) this.#frames.addLink();
        const control = /^(if|for|while|with|await)$/.test(this.#lastWord);
        this.#frames.push('(', control);
        this.#operator(char);
        return;
      }
      case '[':
      case '{':
        if (this.#afterValue) this.#frames.addLink();
        this.#frames.push(char);
        this.#operator(char);
        return;
      case ')':
      case ']':
      case '}':
        this.#close(char);
        return;
      case ';':
        this.#frames.endExpression();
        this.#operator(char);
        return;
      case ',':
        this.#frames.endExpression();
        this.#operator(char);
        return;
      case '<':
        this.#angle(next);
        return;
      case '>':
        if (this.#last !== '=') this.#frames.closeAngle();
        this.#operator(char);
        return;
      case '+':
      case '-':
        if (next === char) {
          this.#at += 1;
          this.#frames.addBinary();
        } else if (this.#afterValue) {
          this.#frames.addBinary();
          this.#operator(char);
        } else this.#frames.addExpression();
        return;
      case '!':
        // TypeScript's `a!` is a value still, if it is not `a != b`.
        this.#frames.addExpression();
        if (!(this.#types && this.#afterValue && next !== '=')) this.#operator(char);
        else this.#last = NON_NULL;
        return;
      case '?':
        if (next === '?' || next === '.') {
          this.#at += 1;
          this.#frames.addBinary();
        } else this.#frames.addExpression();
        this.#operator(next === '.' ? '.' : char);
        return;
      case '=':
      case ':':
      case '~':
        this.#frames.addExpression();
        this.#operator(char);
        return;
      case '.':
        this.#frames.addLink();
        this.#operator(next === '.' ? '..' : '.');
        return;
      default:
        this.#frames.addBinary();
        this.#operator(char);
    }
  }

  #close(char: string): void {
    const frame = this.#frames.pop(char);
    if (frame === undefined) {
      this.#uncertain = true;
      return;
    }
    if (char === '}' && (this.#frames.top.kind === '`' || isMarkup(this.#frames.top))) return;
    this.#value(char);
    if (frame.control) this.#afterValue = false;
  }

  #angle(next: string | undefined): void {
    if (this.#jsx && !this.#afterValue && next !== undefined && /[\w$>]/.test(next)) {
      const generic =
        this.#types && /^[\w$]+\s*(,|extends\b)/.test(this.#text.slice(this.#at, this.#at + 80));
      if (!generic) {
        this.#frames.push('tag');
        return;
      }
    }
    if (this.#types) this.#frames.openAngle();
    else this.#frames.addBinary();
    this.#operator('<');
  }

  #string(quote: string): void {
    this.#literal(stringEnd(this.#text, this.#at, quote), '"');
  }

  /** What does not end was no literal: this reader took a wrong turn, or the text is broken. */
  #literal(end: number | undefined, token: string): void {
    if (end === undefined) this.#uncertain = true;
    else {
      this.#at = end;
      this.#value(token);
    }
  }

  #slash(): void {
    const next = this.#text[this.#at + 1];
    if (next === '/') {
      const end = this.#text.indexOf('\n', this.#at);
      this.#at = end === -1 ? this.#text.length : end;
    } else if (next === '*') {
      const end = this.#text.indexOf('*/', this.#at + 2);
      this.#at = end === -1 ? this.#text.length : end + 2;
    } else if (this.#last === '}' || this.#last === NON_NULL || CONTEXTUAL.has(this.#lastWord)) {
      this.#uncertain = true;
    } else if (this.#afterValue) {
      this.#at += 1;
      this.#frames.addBinary();
      this.#operator('/');
    } else this.#literal(regularExpressionEnd(this.#text, this.#at), '/');
  }

  #template(): void {
    for (let at = this.#at; at < this.#text.length; at += 1) {
      const char = this.#text[at];
      if (char === '\\') at += 1;
      else if (char === '`') {
        this.#at = at + 1;
        this.#frames.pop('`');
        this.#value('`');
        return;
      } else if (char === '$' && this.#text[at + 1] === '{') {
        this.#at = at + 2;
        this.#frames.push('{');
        this.#operator('{');
        return;
      }
    }
    this.#at = this.#text.length;
  }

  #tag(): void {
    const char = this.#text[this.#at] ?? '';
    this.#at += 1;
    if (char === '"' || char === "'") {
      const end = this.#text.indexOf(char, this.#at);
      this.#at = end === -1 ? this.#text.length : end + 1;
    } else if (char === '{') {
      this.#frames.push('{');
      this.#operator('{');
    } else if (char === '<') {
      this.#frames.push('tag');
    } else if (char === '/' && this.#text[this.#at] === '>') {
      this.#at += 1;
      this.#frames.drop();
      this.#value('>');
    } else if (char === '>') {
      this.#frames.drop();
      this.#frames.push('children');
    }
  }

  #children(): void {
    const char = this.#text[this.#at];
    if (char === '{') {
      this.#at += 1;
      this.#frames.push('{');
      this.#operator('{');
    } else if (char === '<' && this.#text[this.#at + 1] === '/') {
      const end = this.#text.indexOf('>', this.#at);
      this.#at = end === -1 ? this.#text.length : end + 1;
      this.#frames.drop();
      this.#value('>');
    } else if (char === '<') {
      this.#at += 1;
      this.#frames.push('tag');
    } else this.#at += 1;
  }
}

function isMarkup(frame: Frame): boolean {
  return frame.kind === 'tag' || frame.kind === 'children';
}

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}
