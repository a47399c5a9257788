import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publishedSchemas } from '../configure/published-schema.ts';
import { fedrampDays } from '../prioritize/deadline/fedramp.ts';
import { VOCABULARY } from './conditions/vocabulary.ts';
import { parseControlPolicy } from './document/parse-control-policy.ts';

const guide = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../docs/guide', name), 'utf8');
const blocks = (name: string) =>
  [...guide(name).matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

interface Named {
  readonly properties?: Readonly<Record<string, Named>>;
  readonly items?: Named;
}

function namesIn({ properties = {}, items }: Named): readonly string[] {
  const own = Object.entries(properties).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
  return items === undefined ? own : [...own, ...namesIn(items)];
}

describe('docs/guide/policy.md', () => {
  it('shows a document without problems', () => {
    const [example = ''] = blocks('policy.md');
    const now = new Date('2026-11-22T00:00:00Z');
    expect(parseControlPolicy(example, 'policy.md', { now }).problems).toEqual([]);
  });

  it('leaves no setting out', () => {
    const schema = publishedSchemas()['control-policy.schema.json'] as Named;
    const names = [...new Set(namesIn(schema))];
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(guide('policy.md')))).toEqual(
      [],
    );
  });

  it('names everything that conditions can speak of, and no more', () => {
    const row = (name: string) =>
      guide('policy.md')
        .split('\n')
        .find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
    for (const [variable, fields] of Object.entries(VOCABULARY)) {
      const line = row(variable === 'finding' ? 'findings' : variable);
      const said = [...line.matchAll(/`(\w+)`/g)].map((match) => match[1]);
      expect(said.slice(1)).toEqual(Object.keys(fields));
    }
  });
});

describe('docs/guide/deadlines.md', () => {
  it('shows house rules without problems', () => {
    for (const each of blocks('deadlines.md')) {
      expect(parseControlPolicy(each, 'deadlines.md').problems).toEqual([]);
    }
  });

  it.each(['A', 'B', 'C', 'D'] as const)('has the days of FedRAMP class %s', (certification) => {
    const line = guide('deadlines.md')
      .split('\n')
      .find(
        (each) => /^\| [A-D](?:, [A-D])* \|/.test(each) && each.slice(0, 8).includes(certification),
      );
    const days = (['N5', 'N4', 'N3', 'N2'] as const).map((rating) =>
      (['exposed', 'internal', 'unlikely'] as const)
        .map((reach) => fedrampDays(certification, rating, reach))
        .join(' / '),
    );
    expect(
      line
        ?.split('|')
        .slice(2, 6)
        .map((cell) => cell.trim()),
    ).toEqual(days);
  });
});
