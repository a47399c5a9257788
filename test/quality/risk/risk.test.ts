import { describe, expect, it } from 'vitest';
import {
  AUTOMATABLE,
  BASE_LOG_ODDS,
  LABEL_PROFILES,
  MEAN_IMPACT,
  TOTAL_IMPACT,
  TRAIT_WEIGHTS,
  WEAKNESS_WEIGHTS,
} from '../../../src/stages/prioritize/risk/intrinsic-weights.ts';
import { missingFeeds, readSamples, type Sample } from './dataset.ts';
import { fit } from './fit.ts';
import { rankAll, rankers } from './rank.ts';
import { aucDifference, rankingQuality } from './ranking.ts';

let cached: readonly Sample[] | undefined;
function samples(): readonly Sample[] {
  cached ??= readSamples();
  return cached;
}

describe('rankingQuality', () => {
  const item = (score: number, positive = false) => ({ score, positive });

  it.each([
    ['a perfect ranking', [item(3, true), item(2), item(1)], 1, 1],
    ['the worst ranking', [item(1, true), item(2), item(3)], 0, 1 / 3],
    ['nothing but ties', [item(1, true), item(1), item(1), item(1)], 0.5, 1 / 4],
    [
      'one pair turned around',
      [item(4, true), item(3), item(2, true), item(1)],
      0.75,
      (1 + 2 / 3) / 2,
    ],
  ])('%s', (_case, items, rocAuc, prAuc) => {
    const quality = rankingQuality(items);
    expect(quality.rocAuc).toBeCloseTo(rocAuc, 10);
    expect(quality.prAuc).toBeCloseTo(prAuc, 10);
  });

  it('counts recall by effort, sharing ties', () => {
    const items = Array.from({ length: 100 }, (_, at) =>
      item(at < 10 ? 1 : 0, at === 0 || at === 99),
    );
    expect(rankingQuality(items).recall.map((it) => it.toFixed(3))).toEqual([
      '0.050',
      '0.250',
      '0.500',
    ]);
  });

  it('compares two rankings of the same items', () => {
    const better = [item(3, true), item(2), item(1)];
    const worse = [item(1, true), item(2), item(3)];
    expect(aucDifference(better, worse).difference).toBe(1);
    expect(aucDifference(worse, worse).difference).toBe(0);
  });
});

describe.skipIf(missingFeeds !== undefined)(
  `on the frozen feeds (${missingFeeds ?? 'present'})`,
  () => {
    it('ships the weights that the script finds', () => {
      const found = fit(samples());
      expect({
        ...TRAIT_WEIGHTS,
        automatable: AUTOMATABLE,
        totalImpact: TOTAL_IMPACT,
        ...WEAKNESS_WEIGHTS,
      }).toEqual(found.weights);
      const profiles = Object.entries(LABEL_PROFILES).map(([label, { traits, ...rest }]) => [
        label,
        { ...traits, ...rest },
      ]);
      expect(Object.fromEntries(profiles)).toEqual(found.labels);
      expect([MEAN_IMPACT, BASE_LOG_ODDS]).toEqual([found.meanImpact, found.baseLogOdds]);
    });

    it('is asked about the same CVEs as the published baselines', () => {
      const items = rankAll(samples(), () => 0);
      expect([items.length, items.filter((it) => it.positive).length]).toEqual([43_803, 28]);
    });

    it('ranks what was exploited next better than CVSS and than SSVC with CVSS', () => {
      const quality = Object.fromEntries(
        Object.entries(rankers).map(([name, ranker]) => [
          name,
          rankingQuality(rankAll(samples(), ranker)),
        ]),
      );
      const suture = quality['Suture'];
      // SSVC + CVSS as measured apart from this code (PR-AUC, ROC-AUC, recall at 1 and 5 %).
      expect(suture?.prAuc).toBeGreaterThan(0.0038);
      expect(suture?.rocAuc).toBeGreaterThan(0.822);
      expect(suture?.recall[0]).toBeGreaterThan(0.09);
      expect(suture?.recall[1]).toBeGreaterThan(0.31);
      for (const name of ['CVSS score', 'SSVC + CVSS tie-break']) {
        expect(suture?.rocAuc).toBeGreaterThan(quality[name]?.rocAuc ?? 1);
        expect(suture?.prAuc).toBeGreaterThan(quality[name]?.prAuc ?? 1);
      }
    });
  },
);
