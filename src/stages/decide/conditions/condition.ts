import {
  type ASTNode,
  TypeError as CelTypeError,
  EvaluationError,
  ParseError,
} from '@marcbachmann/cel-js';
import { messageOf } from '../../../domain/error.ts';
import { suggest } from '../../configure/suggest.ts';
import { type Bounds, boundsOf } from './bounds.ts';
import { environments } from './environment.ts';
import type { ConditionFault } from './fault.ts';
import type { Subject } from './subject.ts';
import { type ConditionScope, FIELD_NAMES, VARIABLES } from './vocabulary.ts';

export interface Condition extends Bounds {
  readonly text: string;
  /** What it joins by `&&`, in order; itself when it joins nothing. */
  readonly parts: readonly string[];
  readonly evaluate: (values: Subject['values']) => unknown;
}

/** Holds, does not hold, or could not be judged; the last must never make things more permissive. */
export type Judgement = { readonly holds: boolean } | { readonly failed: string };

const MAX_LENGTH = 2000;
/** Steps one evaluation may take: some 100 ms on an ordinary machine. */
const MAX_STEPS = 2_000_000;
/** Compiled conditions are kept: a policy has few and asks them for every change. */
const MAX_KEPT = 500;
const kept = new Map<string, Condition | ConditionFault>();

/** Parses, type-checks and bounds a condition. */
export function compileCondition(text: string, scope: ConditionScope): Condition | ConditionFault {
  const key = `${scope} ${text}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = compile(text, scope);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, made);
  return made;
}

export function isFault(made: Condition | ConditionFault): made is ConditionFault {
  return 'offset' in made;
}

function compile(text: string, scope: ConditionScope): Condition | ConditionFault {
  if (text.length > MAX_LENGTH) {
    return { offset: 0, message: `is longer than ${MAX_LENGTH} characters` };
  }
  try {
    const parsed = environments[scope].parse(text);
    const bounds = boundsOf(parsed.ast);
    if ('offset' in bounds) return bounds;
    const { valid, type, error } = parsed.check();
    if (!valid) return faultOf(error, scope);
    if (type !== 'bool') {
      return { offset: 0, message: `must say true or false, is ${article(type ?? 'dyn')}` };
    }
    const parts = partsOf(parsed.ast).map(({ start, end }) => text.slice(start, end));
    return { text, parts, ...bounds, evaluate: (values): unknown => parsed(values) };
  } catch (error) {
    return faultOf(error, scope);
  }
}

/**
 * Asks a condition about a case. Never throws: what could not be evaluated (a key that is not
 * there, a division by zero, more findings than can be looped over) comes back as `failed`.
 */
export function judge(text: string, scope: ConditionScope, subject: Subject): Judgement {
  const condition = compileCondition(text, scope);
  if (isFault(condition)) return { failed: condition.message };
  const steps = condition.nodes * Math.max(1, subject.size) ** condition.nesting;
  if (steps > MAX_STEPS) {
    return { failed: `it would take too long over ${subject.size} findings` };
  }
  try {
    const result = condition.evaluate(subject.values);
    return typeof result === 'boolean'
      ? { holds: result }
      : { failed: 'it said neither true nor false' };
  } catch (error) {
    return { failed: error instanceof EvaluationError ? error.summary : messageOf(error) };
  }
}

/** Of the parts that a condition joins by `&&`, those that do not hold by themselves. */
export function failingParts(
  text: string,
  scope: ConditionScope,
  subject: Subject,
): readonly string[] {
  const condition = compileCondition(text, scope);
  if (isFault(condition)) return [text];
  const failing = condition.parts.filter((part) => {
    const judgement = judge(part, scope, subject);
    return 'failed' in judgement || !judgement.holds;
  });
  return failing.length === 0 ? [text] : failing;
}

function partsOf(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? [...partsOf(node.args[0]), ...partsOf(node.args[1])] : [node];
}

function faultOf(error: unknown, scope: ConditionScope): ConditionFault {
  if (!(error instanceof ParseError || error instanceof CelTypeError)) {
    return { offset: 0, message: messageOf(error) };
  }
  const { summary, range, code } = error;
  const offset = range?.start ?? 0;
  const name = summary.slice(summary.lastIndexOf(' ') + 1);
  if (code === 'unknown_variable') {
    return unknown(offset, `there is no variable ${name}`, name, VARIABLES[scope]);
  }
  if (code === 'no_such_key') return unknown(offset, `there is no ${name}`, name, FIELD_NAMES);
  return { offset, message: lowerFirst(summary) };
}

function unknown(
  offset: number,
  message: string,
  name: string,
  allowed: readonly string[],
): ConditionFault {
  const meant = suggest(name, allowed);
  const hint = meant === undefined ? `allowed: ${allowed.join(', ')}` : `did you mean "${meant}"?`;
  return { offset, message: `${message}; ${hint}` };
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
