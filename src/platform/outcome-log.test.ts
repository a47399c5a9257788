import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readOutcomes, recordOutcome } from './outcome-log.ts';

it('keeps every record, also after a line that a crash cut off', async () => {
  const home = await mkdtemp(join(tmpdir(), 'suture-outcomes-'));
  try {
    expect(await readOutcomes(home)).toEqual([]);
    const outcome = { kind: 'outcome', change: 'a', at: 'now', result: 'held', note: '' } as const;
    await recordOutcome(home, outcome);
    await appendFile(join(home, 'outcomes.jsonl'), '{"kind":"outc');
    await recordOutcome(home, { ...outcome, change: 'b' });
    expect((await readOutcomes(home)).map(({ change }) => change)).toEqual(['a', 'b']);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
