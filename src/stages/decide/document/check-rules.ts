import type { Criticality, Environment } from '../../../domain/context.ts';
import type { ControlPolicyInput } from '../../configure/control-policy-schema.ts';
import { RULES_OF_ITS_OWN } from '../rule-names.ts';
import type { DocumentReader } from './document-reader.ts';

const ENVIRONMENTS: readonly Environment[] = ['production', 'staging', 'test', 'development'];
const CRITICALITIES: readonly Criticality[] = [1, 2, 3, 4];
const MISSION_CRITICAL = 'production 1';

type Rule = NonNullable<ControlPolicyInput['autonomy']>[number];

/** What the autonomy table says as a whole: names, order, and what nobody may have meant. */
export function checkRules(input: ControlPolicyInput, reader: DocumentReader): void {
  const rules = input.autonomy ?? [];
  checkNames(rules, reader);
  /** Kinds of assets that a rule without condition has taken, with its name. */
  const taken = new Map<string, string>();
  const earlier: { readonly rule: Rule; readonly cells: ReadonlySet<string> }[] = [];
  for (const [index, rule] of rules.entries()) {
    const cells = cellsOf(rule);
    const free = cells.filter((cell) => !taken.has(cell));
    const same = earlier.find(
      (other) =>
        other.rule.when === rule.when &&
        rule.when !== undefined &&
        free.every((cell) => other.cells.has(cell)),
    );
    if (free.length === 0) {
      const names = [...new Set(cells.map((cell) => taken.get(cell)))].join('" and "');
      reader.tell(['autonomy', index], `can never apply: "${names}" takes all it would`, {
        remedy: 'Move the narrower rule up; the first that fits decides.',
      });
    } else if (same !== undefined) {
      reader.tell(
        ['autonomy', index],
        `can never apply: "${same.rule.name}" has the same condition and takes all it would`,
      );
    } else warnOfBoldness(rule, index, free, reader);
    earlier.push({ rule, cells: new Set(cells) });
    if (rule.when === undefined) for (const cell of free) taken.set(cell, rule.name);
  }
  if (input.otherwise === 'auto' && !taken.has(MISSION_CRITICAL)) {
    reader.tell(['otherwise'], 'is auto, also for mission-critical assets in production', {
      severity: 'warning',
      remedy: 'Write a rule for them, or make "otherwise" approve.',
    });
  }
  const { standards, fedrampClass } = input.deadlines ?? {};
  if (fedrampClass !== undefined && standards?.includes('fedramp') !== true) {
    reader.tell(['deadlines', 'fedrampClass'], 'has no effect: standards does not name fedramp', {
      severity: 'warning',
    });
  }
}

function checkNames(rules: readonly Rule[], reader: DocumentReader): void {
  const seen = new Set<string>();
  for (const [index, { name }] of rules.entries()) {
    const path = ['autonomy', index, 'name'];
    if (seen.has(name)) reader.tell(path, `"${name}" is the name of an earlier rule, too`);
    if (RULES_OF_ITS_OWN.includes(name)) {
      reader.tell(path, `"${name}" is what decisions without a rule are called`);
    }
    seen.add(name);
  }
}

function warnOfBoldness(
  rule: Rule,
  index: number,
  cells: readonly string[],
  reader: DocumentReader,
): void {
  if (rule.autonomy !== 'auto' || rule.minimumConfidence !== undefined) return;
  if (!cells.includes(MISSION_CRITICAL)) return;
  reader.tell(
    ['autonomy', index],
    'lets changes of mission-critical assets in production through without a confidence of its own',
    { severity: 'warning', remedy: 'Give it a minimumConfidence, or name its criticalities.' },
  );
}

function cellsOf({ environments, criticalities }: Rule): readonly string[] {
  return (environments ?? ENVIRONMENTS).flatMap((environment) =>
    (criticalities ?? CRITICALITIES).map((criticality) => `${environment} ${criticality}`),
  );
}
