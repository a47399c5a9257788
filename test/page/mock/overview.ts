import { assetRef } from './assets.ts';
import type { Finding, Overview } from './types.ts';
import type { World } from './world.ts';

const DAY = 86_400_000;
const exposed = ({ state }: Finding) =>
  !['accepted', 'verified-closed', 'not-affected'].includes(state);

export function overviewOf(
  { assets, findings, changes, pause, now }: World,
  days: number,
): Overview {
  const open = findings.filter(exposed);
  const count = (band: string) => open.filter((finding) => finding.band === band).length;
  const dated = open.filter(({ due }) => due !== null).sort((a, b) => a.due!.localeCompare(b.due!));
  const within = (limit: number) => ({
    value: dated.filter(({ due }) => Date.parse(due!) - now < limit * DAY).length,
    atLeast: false,
  });
  const band = (median: number | null) => ({
    median,
    p90: median === null ? null : median * 3.2,
    closed: median === null ? 0 : 31,
  });
  const waiting = changes.filter(({ needsMe }) => needsMe);
  const empty = assets.length === 0;
  return {
    now: {
      act: count('act'),
      attend: count('attend'),
      track: count('track'),
      accepted: findings.filter(({ state }) => state === 'accepted').length,
      closedLast7Days: empty ? 0 : 41,
      assets: assets.length,
      assetsNeverScanned: 0,
    },
    needsYou: empty
      ? [
          {
            kind: 'first-steps',
            title: 'Register your first repository',
            detail: 'Nothing is watched yet.',
            link: '/assets?register=repository',
            since: null,
            urgent: false,
          },
        ]
      : [
          ...waiting.map((change, index) => ({
            kind: 'approval' as const,
            title: change.title,
            detail: `${change.asset.name}: closes ${change.closes} findings`,
            link: `/changes/${change.id}`,
            since: change.stateSince,
            urgent: index === 0,
          })),
          {
            kind: 'failed-run',
            title: 'Scan of catalog-search failed',
            detail: 'The repository did not answer: connection refused.',
            link: '/assets/6',
            since: new Date(now - 7_000_000).toISOString(),
            urgent: false,
          },
        ],
    deadlines: {
      overdue: within(0),
      within1Day: within(1),
      within3Days: within(3),
      within7Days: within(7),
      next: dated.slice(0, 8).map(({ id, package: name, advisoryId, asset, band: of, due }) => ({
        findingId: id,
        package: name,
        advisoryId,
        asset,
        band: of,
        due: due!,
      })),
    },
    exposure: empty
      ? []
      : Array.from({ length: days }, (_, index) => {
          const share = 1 - index / days;
          return {
            day: new Date(now - (days - index - 1) * DAY).toISOString().slice(0, 10),
            act: Math.round(count('act') * (1 + share * 1.4) + 4 * Math.sin(index / 5)),
            attend: Math.round(count('attend') * (1 + share * 0.7) + 7 * Math.sin(index / 9)),
            track: Math.round(count('track') * (1.1 - share * 0.2)),
            opened: 4 + (index % 7),
            closed: 6 + (index % 5),
          };
        }),
    timeToPatch: {
      act: band(empty ? null : 9.5),
      attend: band(empty ? null : 96),
      track: band(empty ? null : 410),
      weekly: empty
        ? []
        : Array.from({ length: 12 }, (_, index) => ({
            week: new Date(now - (12 - index) * 7 * DAY).toISOString().slice(0, 10),
            median: 120 - index * 7,
            closed: 20 + index,
          })),
    },
    riskiest: [...assets]
      .sort((a, b) => b.topScore - a.topScore)
      .slice(0, 6)
      .map((asset) => ({
        asset: assetRef(asset),
        topScore: asset.topScore,
        act: asset.findings.act,
        attend: asset.findings.attend,
      })),
    pause,
  };
}
