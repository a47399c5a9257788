import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { trusting } from '../../domain/chain-walk.ts';
import type { Checkpoint, Decision } from '../../domain/decision.ts';
import { checkpointMessage, EMPTY_CHAIN, link } from '../../domain/decision-chain.ts';
import { type ExportHeader, readCheckpoint, writeLine } from './export-lines.ts';
import { verifyExport } from './verify-export.ts';

const pair = generateKeyPairSync('ed25519');
const trust = () =>
  trusting([
    {
      id: 'ours',
      verify: (message, signature) => verify(null, message, pair.publicKey, signature),
    },
  ]);

function decisions(count: number): Decision[] {
  const made: Decision[] = [];
  for (let n = 1; n <= count; n += 1) {
    const draft = {
      kind: 'vote',
      subject: { type: 'change', id: `c${n}` },
      outcome: 'approve',
      because: `Ann said ${n}`,
      actor: { type: 'person', userId: '1', name: 'Ann' },
      inputs: { more: { than: ['flat', n] } },
      factors: [],
      alternatives: [],
      versions: {},
      key: `k${n}`,
    } as const;
    made.push(link(draft, made.at(-1) ?? EMPTY_CHAIN, '2026-11-02T08:00:00.000Z'));
  }
  return made;
}

function signed({ seq, hash, at }: Decision): Checkpoint {
  const unsigned = { seq, hash, at, keyId: 'ours' };
  const signature = sign(null, checkpointMessage(unsigned), pair.privateKey).toString('base64');
  return { ...unsigned, signature };
}

/** An export of decisions `from` to `to` of six, with a checkpoint of the fourth. */
function exported(from = 1, to = 6): string[] {
  const all = decisions(6);
  const after = from === 1 ? EMPTY_CHAIN : { seq: from - 1, hash: all[from - 2]!.hash };
  const header: ExportHeader = {
    format: 'suture-audit',
    version: 1,
    exportedAt: '2026-11-02T09:00:00.000Z',
    tool: 'suture 0.1.0',
    after,
    keys: [],
  };
  const part = all.slice(from - 1, to);
  const head = { seq: to, hash: all[to - 1]!.hash };
  return [
    writeLine({ type: 'header', header }),
    ...part.flatMap((decision) => [
      writeLine({ type: 'decision', decision }),
      ...(decision.seq === 4
        ? [writeLine({ type: 'checkpoint', checkpoint: signed(decision) })]
        : []),
    ]),
    writeLine({ type: 'end', decisions: part.length, head }),
  ];
}

async function* stream(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

describe('an export', () => {
  it.each([
    [1, 6, 1],
    [3, 6, 1],
    [5, 6, 0],
    [2, 3, 0],
  ])('of %i to %i is intact', async (from, to, checkpoints) => {
    const check = await verifyExport(stream(exported(from, to)), trust);
    expect(check).toMatchObject({ intact: true, from, decisions: to - from + 1, checkpoints });
  });

  // Line 1 is the header; decision n is in line n + 1, from the fifth on in line n + 2.
  it.each<[string, (lines: string[]) => string[], number, number, string]>([
    ['a word', (l) => l.with(3, l[3]!.replace('Ann said 3', 'Ann said no')), 3, 4, 'altered'],
    ['a name deep inside', (l) => l.with(3, l[3]!.replace('"flat"', '"flab"')), 3, 4, 'altered'],
    ['a line', (l) => l.toSpliced(3, 1), 3, 4, 'missing'],
    ['two lines swapped', (l) => l.with(2, l[3]!).with(3, l[2]!), 2, 3, 'missing'],
    ['a line twice', (l) => l.toSpliced(3, 0, l[2]!), 2, 4, 'out-of-order'],
    ['the end', (l) => l.slice(0, -3), 5, 6, 'truncated'],
    ['the last line', (l) => l.slice(0, -1), 7, 8, 'truncated'],
    ['half a line', (l) => [...l.slice(0, -2), l.at(-2)!.slice(0, 90)], 6, 8, 'unreadable'],
    ['decisions, but not the last line', (l) => l.toSpliced(6, 2), 5, 7, 'truncated'],
    ['something behind the end', (l) => [...l, l[2]!], 7, 10, 'unreadable'],
    ['a second header', (l) => l.toSpliced(3, 0, l[0]!), 3, 4, 'unreadable'],
    [
      'nothing that can be read',
      (l) => l.toSpliced(3, 0, '{"type":"decision"}\n'),
      3,
      4,
      'unreadable',
    ],
    [
      'a member twice, for those who take the first',
      (l) => l.with(3, l[3]!.replace('"because":', '"because":"Ann said no","because":')),
      3,
      4,
      'unreadable',
    ],
    [
      'a name that is written otherwise, for those who look for words',
      (l) => l.with(3, l[3]!.replace('Ann', '\\u0041nn')),
      3,
      4,
      'unreadable',
    ],
    [
      'a number of more digits than are hashed',
      (l) => l.with(3, l[3]!.replace('["flat",3]', '["flat",3.00000000000000000001]')),
      3,
      4,
      'unreadable',
    ],
    [
      'something beside the decision, which is not hashed',
      (l) => l.with(3, l[3]!.replace('{"type"', '{"note":"Ann said no","type"')),
      3,
      4,
      'unreadable',
    ],
    ['the checkpoint', (l) => l.with(5, l[5]!.replace('08:00', '07:00')), 4, 6, 'bad-signature'],
    [
      'the checkpoint’s place',
      (l) => [...l.toSpliced(5, 1).slice(0, -1), l[5]!, l.at(-1)!],
      4,
      8,
      'out-of-order',
    ],
    [
      'where it begins',
      (l) => l.with(0, l[0]!.replace('"hash":"00', '"hash":"01')),
      1,
      1,
      'not-linked',
    ],
  ])('names line and decision that are broken: %s', async (_, tamper, seq, line, what) => {
    const check = await verifyExport(stream(tamper(exported())), trust);
    expect(check.intact).toBe(false);
    expect(check.faults[0]).toMatchObject({ seq, line, what });
  });

  it.each([
    ['what is none', ['hello\n']],
    ['nothing', []],
    ['OCSF', ['{"class_uid":7001}\n']],
    ['a later version', [exported()[0]!.replace('"version":1', '"version":2')]],
    ['one without its beginning', exported().slice(1)],
  ])('is not made of %s', async (_, lines) => {
    await expect(verifyExport(stream(lines), trust)).rejects.toMatchObject({
      code: 'export-invalid',
    });
  });

  it('is held to a checkpoint that was kept', async () => {
    const kept = readCheckpoint(JSON.stringify(signed(decisions(6)[5]!)))!;
    expect(await verifyExport(stream(exported()), trust, [kept])).toMatchObject({
      intact: true,
      checkpoints: 2,
      lastCheckpoint: { seq: 6 },
    });
    const short = await verifyExport(stream(exported(1, 5)), trust, [kept]);
    expect(short.faults).toMatchObject([{ seq: 6, what: 'truncated' }]);
    const early = signed(decisions(2)[1]!);
    expect(await verifyExport(stream(exported(5, 6)), trust, [early])).toMatchObject({
      intact: true,
      notCovered: [{ seq: 2 }],
    });
  });
});
