import { exposureSince } from '../store/exposure.ts';
import { assetCounts, exposureNow, riskiestAssets } from '../store/overview.ts';
import { deadlinesAtRisk } from '../store/overview-deadlines.ts';
import { timeToPatch } from '../store/overview-time-to-patch.ts';
import { pauseState } from '../store/settings.ts';
import { type BoundOperation, bind } from './bind.ts';
import { operation } from './contract/index.ts';
import type { ApiDependencies } from './dependencies.ts';
import { needsYou } from './needs-you.ts';
import { shownPause } from './operation.ts';

const DAY_MS = 86_400_000;
const NEXT_DEADLINES = 10;
const RISKIEST = 8;

/** How things stand, on one page. */
export function overviewHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store, clock } = dependencies;
  return [
    bind(operation.overview, async ({ query, asker }) => {
      const { days, environment } = query;
      const now = clock.now();
      const since = new Date(now.getTime() - (days - 1) * DAY_MS);
      const [exposed, counts, waits, deadlines, history, patched, riskiest, pause] =
        await Promise.all([
          exposureNow(store, environment),
          assetCounts(store, environment),
          needsYou(dependencies, asker),
          deadlinesAtRisk(store, isoDay(now), NEXT_DEADLINES, environment),
          exposureSince(store, isoDay(since), environment),
          timeToPatch(store, now.toISOString(), days, environment),
          riskiestAssets(store, RISKIEST, environment),
          pauseState(store),
        ]);
      return {
        now: {
          ...exposed.bands,
          accepted: exposed.accepted,
          closedLast7Days: patched.closedLast7Days,
          assets: counts.assets,
          assetsNeverScanned: counts.neverScanned,
        },
        needsYou: waits,
        deadlines: {
          overdue: exactly(deadlines.overdue),
          within1Day: exactly(deadlines.within1Day),
          within3Days: exactly(deadlines.within3Days),
          within7Days: exactly(deadlines.within7Days),
          next: deadlines.next.map(
            ({ findingId, package: name, advisoryId, asset, band, due }) => ({
              findingId,
              package: name,
              advisoryId,
              asset,
              band,
              due,
            }),
          ),
        },
        exposure: history.map(({ day, act, attend, track, opened, closed }) => ({
          day,
          act,
          attend,
          track,
          opened,
          closed,
        })),
        timeToPatch: { ...patched.bands, weekly: patched.weekly },
        riskiest: riskiest.map(({ asset, topScore, act, attend }) => ({
          asset,
          topScore,
          act,
          attend,
        })),
        pause: shownPause(pause),
      };
    }),
  ];
}

const exactly = (value: number) => ({ value, atLeast: false });
const isoDay = (moment: Date) => moment.toISOString().slice(0, 'yyyy-mm-dd'.length);
