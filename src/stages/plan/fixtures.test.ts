import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Plan } from '../../domain/change.ts';
import type { Remedy } from '../../domain/remedy.ts';
import { plan } from './plan.ts';
import { closedWorld, readCases, requestFor } from './testing/closed-world.ts';

/** What a case expects; patterns are regular expressions over the text shown to people. */
const expected = z.strictObject({
  remedies: z.array(z.string()).default([]),
  /** Finding → pattern of `why: … needed: …`. */
  unfixed: z.record(z.string(), z.string()).default({}),
  /** Package → pattern of the remedy's `because`. */
  because: z.record(z.string(), z.string()).default({}),
  /** Finding → pattern that one of its rejected options matches, as `kind package to: why`. */
  options: z.record(z.string(), z.string()).default({}),
});
const testCase = closedWorld.extend({ expect: expected });

const folder = new URL('fixtures/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

describe.each(files)('%s', (file) => {
  const cases = Object.entries(readCases(readFileSync(new URL(file, folder), 'utf8')));
  it.each(cases)('%s', async (_, raw) => {
    const { expect: wanted, ...world } = testCase.parse(raw);
    const request = requestFor(world);
    const result = await plan(request);
    expect(remediesOf(result).map(write)).toEqual(wanted.remedies);
    expect(result.unfixed.map(({ finding }) => finding).toSorted()).toEqual(
      Object.keys(wanted.unfixed).toSorted(),
    );
    for (const { finding, why, needed } of result.unfixed) {
      expect(`${why} ${needed}`).toMatch(new RegExp(wanted.unfixed[finding] ?? '$^', 'is'));
    }
    for (const [name, pattern] of Object.entries(wanted.because)) {
      const because = remediesOf(result).filter((remedy) => remedy.package === name);
      expect(because.map((remedy) => remedy.because).join('\n')).toMatch(new RegExp(pattern, 'is'));
    }
    for (const [id, pattern] of Object.entries(wanted.options)) {
      const { options = [] } = result.unfixed.find(({ finding }) => finding === id) ?? {};
      const texts = options.map(
        ({ kind, package: name, to, why }) => `${kind} ${name} ${to ?? ''}: ${why}`,
      );
      expect(texts.join('\n')).toMatch(new RegExp(pattern, 'is'));
    }
    for (const [name, count] of request.requests) expect([name, count]).toEqual([name, 1]);
    expect(await plan(request)).toEqual(result);
  });
});

function remediesOf({ changes }: Plan): readonly Remedy[] {
  return changes.flatMap(({ remedies }) => remedies);
}

/** `upgrade a 1.0.0 -> 2.0.0 [packages/b] (parent@^1 > a): a@1.0.0 GHSA-1, …`. */
function write(remedy: Remedy): string {
  const { kind, package: name, from, to, workspaces, selector, retires, closes } = remedy;
  const target = retires === true ? 'retired' : to === undefined ? 'removed' : `-> ${to}`;
  const where = workspaces.some((path) => path !== '') ? ` [${workspaces.join(' ')}]` : '';
  const scope = selector === undefined ? '' : ` (${selector || 'everywhere'})`;
  return `${kind} ${name} ${from} ${target}${where}${scope}: ${closes.join(', ')}`.replace(
    /: $/,
    '',
  );
}

it('throws when no package can be asked for', async () => {
  const world = closedWorld.parse({
    registry: { a: '1.0.0 1.0.1' },
    unreachable: ['*'],
    advisories: { A: 'a@<1.0.1' },
    project: 'a@^1.0.0',
    locked: 'a@1.0.0',
  });
  await expect(plan(requestFor(world))).rejects.toMatchObject({ code: 'registry-unreachable' });
});
