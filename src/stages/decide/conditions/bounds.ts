import type { ASTNode } from '@marcbachmann/cel-js';
import type { ConditionFault } from './fault.ts';

/** Loops within loops that a condition may have. */
const MAX_NESTING = 2;
const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter', 'bind']);
const COMPARISONS = new Set(['<', '<=', '>', '>=']);

/** What evaluating a condition can cost, and at which confidences it may change its mind. */
export interface Bounds {
  readonly nodes: number;
  /** Loops within loops: the cost grows with the number of findings to this power. */
  readonly nesting: number;
  /** Numbers that `change.confidence` is compared with. */
  readonly confidences: readonly number[];
}

/**
 * Looks at an expression before it is ever evaluated, and refuses what could not be bounded:
 * regular expressions (`matches` backtracks), and loops nested more than twice.
 *
 * `change.confidence` may only be compared with a number, so that all confidences at which a
 * verdict can change are known; see `strictestAbove`.
 */
export function boundsOf(root: ASTNode): Bounds | ConditionFault {
  let nodes = 0;
  let deepest = 0;
  const confidences: number[] = [];
  let fault: ConditionFault | undefined;

  const visit = (node: ASTNode, nesting: number, parent?: ASTNode): void => {
    nodes += 1;
    const inner = isLoop(node) ? nesting + 1 : nesting;
    deepest = Math.max(deepest, inner);
    if (inner > MAX_NESTING) {
      fault ??= faultAt(node, 'loops inside loops inside loops are not allowed here');
    }
    if (node.op === 'rcall' && node.args[0] === 'matches') {
      fault ??= faultAt(
        node,
        'matches() is not allowed: its time cannot be bounded',
        'Use ==, in, startsWith, endsWith or contains.',
      );
    }
    if (isChangeItself(node, parent)) {
      fault ??= faultAt(node, 'change can only be asked for its fields: change.confidence');
    }
    if (isConfidence(node)) {
      const limit = parent && comparedWith(parent, node);
      if (limit === undefined) {
        fault ??= faultAt(
          node,
          'change.confidence can only be compared with a number',
          'Write change.confidence >= 0.9, or give the rule a minimumConfidence.',
        );
      } else confidences.push(limit);
    }
    for (const child of childrenOf(node)) visit(child, inner, node);
  };
  visit(root, 0);
  return fault ?? { nodes, nesting: deepest, confidences };
}

function isLoop(node: ASTNode): boolean {
  return node.op === 'rcall' && LOOPS.has(node.args[0]);
}

/** Only a change has this field, whatever name it goes by inside a loop. */
function isConfidence(node: ASTNode): boolean {
  return (node.op === '.' || node.op === '.?') && node.args[1] === 'confidence';
}

/** `[change].exists(c, …)` or `change["…"]` would get at the confidence by another name. */
function isChangeItself(node: ASTNode, parent: ASTNode | undefined): boolean {
  return node.op === 'id' && node.args === 'change' && parent?.op !== '.';
}

function comparedWith(parent: ASTNode, node: ASTNode): number | undefined {
  if (!COMPARISONS.has(parent.op)) return undefined;
  const [left, right] = parent.args as [ASTNode, ASTNode];
  const other = left === node ? right : left;
  if (other.op !== 'value') return undefined;
  const value = Number(other.args);
  return Number.isFinite(value) ? value : undefined;
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  const args: unknown = node.args;
  const list: readonly unknown[] = Array.isArray(args) ? (args.flat(2) as unknown[]) : [args];
  return list.filter(isNode);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value;
}

function faultAt(node: ASTNode, message: string, remedy?: string): ConditionFault {
  return { offset: node.start, message, ...(remedy !== undefined && { remedy }) };
}
