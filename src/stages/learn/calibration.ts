import type { OutcomeRecord, RecordedVerdict } from '../../domain/outcome.ts';

/** How well the confidence of one model agreed with what happened. */
export interface Calibration {
  readonly model: string;
  /** Verdicts with a known outcome. */
  readonly known: number;
  /** Mean squared error of the probability (Brier 1950); 0.25 is what a coin's 0.5 gets. */
  readonly brier: number;
  /** Mean of predicted confidence and share that held, per tenth of confidence that occurs. */
  readonly bins: readonly {
    readonly from: number;
    readonly count: number;
    readonly predicted: number;
    readonly held: number;
  }[];
}

/** Joins each change's last verdict with its last outcome, per model. */
export function calibration(records: readonly OutcomeRecord[]): readonly Calibration[] {
  const verdicts = new Map<string, RecordedVerdict>();
  const held = new Map<string, boolean>();
  for (const record of records) {
    if (record.kind === 'verdict') verdicts.set(record.change, record);
    else held.set(record.change, record.result === 'held');
  }
  const byModel = Map.groupBy(
    [...verdicts.values()].filter(({ change }) => held.has(change)),
    ({ model }) => model,
  );
  return [...byModel].map(([model, known]) => {
    const points = known.map(({ change, confidence }) => ({
      confidence,
      outcome: held.get(change) === true ? 1 : 0,
    }));
    const bins = Map.groupBy(points, ({ confidence }) => Math.min(9, Math.floor(confidence * 10)));
    return {
      model,
      known: points.length,
      brier: mean(points.map(({ confidence, outcome }) => (confidence - outcome) ** 2)),
      bins: [...bins]
        .sort(([a], [b]) => a - b)
        .map(([bin, members]) => ({
          from: bin / 10,
          count: members.length,
          predicted: mean(members.map(({ confidence }) => confidence)),
          held: mean(members.map(({ outcome }) => outcome)),
        })),
    };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
