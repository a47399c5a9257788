import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChainReport, ChainWalk, trusting } from './chain-walk.ts';
import type { Checkpoint, Decision, DecisionDraft } from './decision.ts';
import { checkpointMessage, EMPTY_CHAIN, link, linkHash } from './decision-chain.ts';

const keys = generateKeyPairSync('ed25519');

function draft(number: number): DecisionDraft {
  return {
    kind: 'change',
    subject: { type: 'change', id: `c${number}` },
    outcome: 'approve',
    because: 'production',
    actor: { type: 'policy', version: 1 },
    inputs: { number },
    factors: [],
    alternatives: [],
    versions: { suture: '1' },
    key: `k${number}`,
  };
}

function chain(length: number): Decision[] {
  const decisions: Decision[] = [];
  for (let number = 1; number <= length; number += 1) {
    const at = new Date(Date.UTC(2026, 0, 1) + number).toISOString();
    decisions.push(link(draft(number), decisions.at(-1) ?? EMPTY_CHAIN, at));
  }
  return decisions;
}

function checkpointOf({ seq, hash, at }: Decision): Checkpoint {
  const unsigned = { seq, hash, at, keyId: 'ours' };
  const signature = sign(null, checkpointMessage(unsigned), keys.privateKey).toString('base64');
  return { ...unsigned, signature };
}

function walk(
  decisions: readonly Decision[],
  checkpoints: readonly Checkpoint[] = [],
): ChainReport {
  const ours = {
    id: 'ours',
    verify: (message: Uint8Array, signature: Uint8Array) =>
      verify(null, message, keys.publicKey, signature),
  };
  const along = new ChainWalk(EMPTY_CHAIN, trusting([ours]));
  for (const checkpoint of checkpoints) along.expect(checkpoint);
  for (const decision of decisions) along.take(decision);
  return along.finish();
}

/** The links from `from` on, written again so that they fit what is before them. */
function rewritten(decisions: readonly Decision[], from: number): Decision[] {
  const result = decisions.slice(0, from);
  for (const decision of decisions.slice(from)) {
    const previousHash = result.at(-1)?.hash ?? EMPTY_CHAIN.hash;
    const unhashed = { ...decision, seq: result.length + 1, previousHash };
    result.push({ ...unhashed, hash: linkHash(unhashed) });
  }
  return result;
}

describe('a chain', () => {
  it('is intact as it was written, and says where it stands', () => {
    const decisions = chain(5);
    const checkpoints = [decisions[1]!, decisions[4]!].map(checkpointOf);
    expect(walk(decisions, checkpoints)).toEqual({
      intact: true,
      decisions: 5,
      checkpoints: 2,
      faults: [],
      faultCount: 0,
      head: { seq: 5, hash: decisions[4]!.hash },
      lastCheckpoint: checkpoints[1],
      notCovered: [],
    });
  });

  it.each<[string, (decisions: Decision[]) => Decision[], number, string]>([
    ['a word', (d) => d.with(2, { ...d[2]!, because: 'x' }), 3, 'altered'],
    ['a deep input', (d) => d.with(2, { ...d[2]!, inputs: { number: 4 } }), 3, 'altered'],
    ['a member more', (d) => d.with(2, { ...d[2]!, rule: 'x' }), 3, 'altered'],
    ['the hash', (d) => d.with(2, { ...d[2]!, hash: d[1]!.hash }), 3, 'altered'],
    [
      'text without a canonical form',
      (d) => d.with(2, { ...d[2]!, because: '\ud800' }),
      3,
      'altered',
    ],
    [
      'one link, hashed again',
      (d) => [
        ...d.slice(0, 2),
        ...rewritten([...d.slice(0, 2), { ...d[2]!, because: 'x' }], 2).slice(2),
        ...d.slice(3),
      ],
      4,
      'not-linked',
    ],
    ['one taken out', (d) => d.toSpliced(2, 1), 3, 'missing'],
    ['the beginning', (d) => d.slice(2), 1, 'missing'],
    ['one put in', (d) => d.toSpliced(2, 0, { ...d[0]! }), 1, 'out-of-order'],
    ['two swapped', (d) => d.with(2, d[3]!).with(3, d[2]!), 3, 'missing'],
    ['one twice', (d) => d.toSpliced(2, 0, d[1]!), 2, 'out-of-order'],
  ])('names the first broken link: %s', (_, tamper, seq, what) => {
    const [first] = walk(tamper(chain(6))).faults;
    expect(first).toMatchObject({ seq, what });
  });

  it.each<[string, (decisions: Decision[]) => Decision[], number, string]>([
    ['the end cut off', (d) => d.slice(0, 3), 4, 'truncated'],
    ['everything gone', () => [], 1, 'truncated'],
    [
      'rewritten from the second on',
      (d) => rewritten(d.with(1, { ...d[1]!, because: 'x' }), 1),
      5,
      'rewritten',
    ],
    ['one taken out, the rest rewritten', (d) => rewritten(d.toSpliced(1, 1), 1), 5, 'rewritten'],
  ])('is held to its checkpoint: %s', (_, tamper, seq, what) => {
    const decisions = chain(6);
    const report = walk(tamper(decisions), [checkpointOf(decisions[4]!)]);
    expect(report.faults).toMatchObject([{ seq, what }]);
    expect(report.lastCheckpoint).toBeUndefined();
  });

  it.each<[string, (checkpoint: Checkpoint) => Checkpoint, string]>([
    ['its hash', (c) => ({ ...c, hash: EMPTY_CHAIN.hash }), 'bad-signature'],
    ['its time', (c) => ({ ...c, at: '2027-01-01T00:00:00.000Z' }), 'bad-signature'],
    ['its signature', (c) => ({ ...c, signature: 'AAAA' }), 'bad-signature'],
    ['its key', (c) => ({ ...c, keyId: 'theirs' }), 'unknown-key'],
  ])('does not believe a checkpoint that was altered: %s', (_, tamper, what) => {
    const decisions = chain(3);
    const report = walk(decisions, [tamper(checkpointOf(decisions[2]!))]);
    expect(report.faults).toMatchObject([{ seq: 3, what }]);
  });

  it('says which checkpoints lie before what it was given', () => {
    const decisions = chain(4);
    const along = new ChainWalk(decisions[1]!, () => 'good');
    along.expect(checkpointOf(decisions[0]!));
    for (const decision of decisions.slice(2)) along.take(decision);
    expect(along.finish()).toMatchObject({
      intact: true,
      decisions: 2,
      notCovered: [{ seq: 1 }],
    });
  });
});

describe('laws', () => {
  it('no change of a link, in any place, goes unnoticed', () => {
    const decisions = chain(4);
    fc.assert(
      fc.property(fc.nat(3), fc.jsonValue(), fc.string(), (index, value, name) => {
        const tampered = { ...decisions[index]!, [name]: value } as Decision;
        const same = JSON.stringify(tampered) === JSON.stringify(decisions[index]);
        const report = walk(decisions.with(index, tampered));
        expect(report.intact).toBe(same);
        if (!same) expect(report.faults[0]!.seq).toBeLessThanOrEqual(index + 1);
      }),
    );
  });

  it('whatever a draft holds, its link survives JSON with its hash', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(
        text,
        fc.dictionary(text, fc.anything({ maxDepth: 2, withBigInt: false })),
        (because, inputs) => {
          const clean = JSON.parse(JSON.stringify(inputs) ?? '{}') as Record<string, unknown>;
          const made = link(
            { ...draft(1), because, inputs: clean },
            EMPTY_CHAIN,
            '2026-01-01T00:00:00.000Z',
          );
          const back = JSON.parse(JSON.stringify(made)) as Decision;
          expect(JSON.stringify(made)).not.toContain('\\u0000');
          expect(linkHash(back)).toBe(made.hash);
        },
      ),
    );
  });
});
