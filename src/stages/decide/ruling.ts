import type { Autonomy, ControlPolicy } from '../../domain/control-policy.ts';
import { atConfidence, type Subject } from './conditions/subject.ts';
import type { Case } from './input.ts';
import { confidenceSteps, type Selection, selectRule } from './select-rule.ts';

/** What a rule comes to at one confidence. */
export interface Ruling {
  readonly outcome: 'withhold' | Autonomy;
  readonly selection: Selection;
  /** The confidence that was asked for. */
  readonly minimum: number;
  readonly because: string;
}

/** Least permissive first. */
const ORDER: readonly Ruling['outcome'][] = ['withhold', 'observe', 'suggest', 'approve', 'auto'];

/** The strictest of what this confidence and every higher one would get. */
export function strictestRuling(given: Case, subject: Subject): Ruling {
  const { facts, policy } = given;
  const own = rulingAt(given, subject, facts.confidence);
  if (facts.verdict !== 'proven') return own;
  let strictest = own;
  for (const confidence of higherConfidences(policy, facts.confidence)) {
    const other = rulingAt(given, atConfidence(subject, confidence), confidence);
    if (ORDER.indexOf(other.outcome) >= ORDER.indexOf(strictest.outcome)) continue;
    const higher = shownConfidence(confidence);
    const because = `At confidence ${higher} it would come to "${other.outcome}" by "${other.selection.name}", and a lower one never gets more.`;
    strictest = { ...other, because };
  }
  return strictest;
}

/**
 * Confidences above the given one at which a ruling can be strictest: each at which a condition
 * changes its mind, and the least of every stretch between them, over which only the confidence
 * asked for can make it more permissive.
 */
function higherConfidences(policy: ControlPolicy, confidence: number): readonly number[] {
  const all = confidenceSteps(policy);
  if (all.length === 0) return [];
  const steps = all.filter((step) => step > confidence && step <= 1);
  const stretches = [confidence, ...steps].filter((start) => start < 1).map(justAbove);
  return [...steps, ...stretches];
}

/** The next greater number, for numbers that are not negative. */
function justAbove(value: number): number {
  const number = new Float64Array([value]);
  const bits = new BigInt64Array(number.buffer);
  bits[0] = (bits[0] ?? 0n) + 1n;
  return number[0] ?? value;
}

function rulingAt(given: Case, subject: Subject, confidence: number): Ruling {
  const { policy, context, facts } = given;
  const selection = selectRule(policy, context, subject);
  const minimum = selection.rule?.minimumConfidence ?? policy.minimumConfidence;
  const { name, autonomy, failed } = selection;
  const shown = shownConfidence(confidence);
  const settle = (outcome: Ruling['outcome'], because: string): Ruling => ({
    outcome,
    selection,
    minimum,
    because,
  });
  if (facts.verdict !== 'proven') {
    return settle('withhold', `Not proven (${facts.verdict}): ${facts.because}`);
  }
  if (confidence < minimum) {
    if (autonomy === 'auto' && confidence >= policy.minimumConfidence) {
      return settle(
        'approve',
        `People are asked: confidence ${shown} is below the ${minimum} that "${name}" asks for to go by itself.`,
      );
    }
    return settle('withhold', `Confidence ${shown} is below the ${minimum} that policy asks for.`);
  }
  if (failed !== undefined) {
    return settle(
      'approve',
      `People are asked: the rule "${name}" could not be judged (${failed}).`,
    );
  }
  const fits = selection.rule === undefined ? 'No rule fits' : `The rule "${name}" fits`;
  return settle(autonomy, `${fits}: ${WORDS[autonomy]}.`);
}

const WORDS: Readonly<Record<Autonomy, string>> = {
  observe: 'the change is kept to be looked at',
  suggest: 'its owners are told, and may take it',
  approve: 'people are asked',
  auto: 'the change is handed over without asking',
};

/** Rounded down: 0.9499 must not read as the 0.95 that it missed. */
export function shownConfidence(confidence: number): string {
  return String(Math.floor(confidence * 1000) / 1000);
}
