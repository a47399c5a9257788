import type { Store } from './database.ts';
import { announceAll } from './live-events.ts';

/** Above this many assets, one event says that findings changed; listeners look again anyway. */
const MOST_ASSETS = 50;

/**
 * Tells listeners that findings changed: one event per asset, with the finding's id when it is the
 * only one there, else `*`.
 */
export async function announceFindings(
  db: Store,
  findings: readonly { readonly id: string; readonly assetId: string }[],
): Promise<void> {
  const assets = Map.groupBy(findings, ({ assetId }) => assetId);
  const events = [...assets].map(([assetId, [first, ...others]]) => ({
    topic: 'finding' as const,
    subject: first !== undefined && others.length === 0 ? first.id : '*',
    assetId,
  }));
  const many = events.length > MOST_ASSETS;
  await announceAll(db, many ? [{ topic: 'finding', subject: '*' }] : events);
}
