import { expect, it } from 'vitest';
import type { OutcomeRecord } from '../../domain/outcome.ts';
import { calibration } from './calibration.ts';

const verdict = (change: string, confidence: number, model = 'prior-1'): OutcomeRecord => ({
  kind: 'verdict',
  change,
  at: '2026-01-01T00:00:00Z',
  verdict: 'proven',
  confidence,
  model,
  factors: {},
});
const outcome = (change: string, result: 'held' | 'broke'): OutcomeRecord => ({
  kind: 'outcome',
  change,
  at: '2026-01-02T00:00:00Z',
  result,
  note: '',
});

it('scores what is known, per model, by each change’s last word', () => {
  const records = [
    verdict('a', 0.5),
    verdict('a', 0.9),
    verdict('b', 0.9),
    verdict('c', 0.6),
    verdict('unknown', 0.1),
    verdict('d', 0.7, 'prior-2'),
    outcome('a', 'held'),
    outcome('b', 'held'),
    outcome('b', 'broke'),
    outcome('c', 'held'),
    outcome('d', 'held'),
    outcome('never-verified', 'held'),
  ];
  const [first, second] = calibration(records);
  expect(first).toMatchObject({ model: 'prior-1', known: 3 });
  expect(first?.brier).toBeCloseTo((0.1 ** 2 + 0.9 ** 2 + 0.4 ** 2) / 3);
  expect(first?.bins).toEqual([
    { from: 0.6, count: 1, predicted: 0.6, held: 1 },
    { from: 0.9, count: 2, predicted: 0.9, held: 0.5 },
  ]);
  expect(second).toMatchObject({ model: 'prior-2', known: 1 });
});

it('says nothing about nothing', () => expect(calibration([verdict('a', 0.9)])).toEqual([]));
