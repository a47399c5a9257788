/**
 * How well the likelihood model ranks what attackers took up next: the CVEs of a snapshot that were
 * not known to be exploited, against those that were listed in KEV later.
 *
 *   node bench/risk.ts            with ../shared/feeds, or where SUTURE_FEEDS points
 */
import { missingFeeds, readSamples } from '../test/quality/risk/dataset.ts';
import { rankAll, rankers, ssvcThenCvss } from '../test/quality/risk/rank.ts';
import { aucDifference, rankingQuality } from '../test/quality/risk/ranking.ts';

function main(): void {
  const samples = readSamples();
  const baseline = rankAll(samples, ssvcThenCvss);
  const positives = baseline.filter((item) => item.positive).length;
  console.log(`${baseline.length} CVEs, ${positives} of them listed in KEV later\n`);
  console.log('| ranking | PR-AUC | ROC-AUC | recall at 1 / 5 / 10 % | ROC-AUC over SSVC + CVSS |');
  console.log('|---|---|---|---|---|');
  for (const [name, ranker] of Object.entries(rankers)) {
    const items = rankAll(samples, ranker);
    const { prAuc, rocAuc, recall } = rankingQuality(items);
    const { difference, interval } = aucDifference(items, baseline);
    const found = recall.map((value) => value.toFixed(2)).join(' / ');
    const range = interval.map((value) => value.toFixed(3)).join(' … ');
    const gain = `${difference.toFixed(3)} (${range})`;
    console.log(`| ${name} | ${prAuc.toFixed(4)} | ${rocAuc.toFixed(3)} | ${found} | ${gain} |`);
  }
}

if (missingFeeds === undefined) main();
else console.log(`skipped: ${missingFeeds}`);
