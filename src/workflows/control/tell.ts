import type { NotificationDraft } from '../../domain/notification.ts';
import { usersMeant } from '../../store/approvals.ts';
import { assetsById } from '../../store/assets.ts';
import type { Store } from '../../store/database.ts';
import { notify } from '../../store/notifications.ts';
import type { Control } from './control.ts';
import { watchedAsset } from './repository.ts';
import type { ScanOutcome } from './scan-outcome.ts';

/** Keeps a notification; in a transaction, only if that one is committed. */
export async function tell(control: Control, db: Store, draft: NotificationDraft): Promise<void> {
  await notify(db, draft, { now: control.services.clock.now() });
}

/** Says so when a scan brings up something to act on. */
export async function tellOfScan(control: Control, outcome: ScanOutcome): Promise<void> {
  const { store } = control;
  const ids = [...outcome.added, ...outcome.reopened];
  if (ids.length === 0) return;
  const acts = await store
    .selectFrom('finding')
    .select(['id', 'package', 'version', 'advisory_id', 'kev', 'due'])
    .where('id', 'in', ids)
    .where('band', '=', 'act')
    .where('exposed', '=', true)
    .orderBy('score', 'desc')
    .limit(50)
    .execute();
  if (acts.length === 0) return;
  const asset = await watchedAsset(control, outcome.assetId);
  const [first] = acts;
  await tell(control, store, {
    kind: 'new-act-findings',
    key: `act:${asset.id}:${acts
      .map(({ id }) => id)
      .sort()
      .join(',')}`,
    recipients: await usersMeant(store, ['owners'], asset.owners),
    title:
      acts.length === 1 && first !== undefined
        ? `${asset.name}: ${first.package} has ${first.advisory_id}`
        : `${asset.name}: ${acts.length} new findings to act on`,
    body: acts
      .slice(0, 10)
      .map((one) =>
        [
          `${one.package}@${one.version}: ${one.advisory_id}`,
          one.kev ? 'exploited in the wild' : '',
          one.due === null ? '' : `due ${one.due}`,
        ]
          .filter((part) => part !== '')
          .join(', '),
      ),
    link: `/findings?asset=${asset.id}&band=act`,
    urgency: acts.some(({ kev }) => kev) ? 'now' : 'digest',
    assetId: asset.id,
  });
}

/** Says that something about an asset failed; told once a day for the same reason. */
export async function tellFailed(
  control: Control,
  db: Store,
  failed: { readonly assetId: string; readonly run: string; readonly why: string },
): Promise<void> {
  const { assetId, run, why } = failed;
  const [asset] = await assetsById(db, [assetId]);
  if (asset === undefined || asset.archivedAt !== undefined) return;
  const day = control.services.clock.now().toISOString().slice(0, 10);
  await tell(control, db, {
    kind: 'scan-failed',
    key: `failed:${asset.id}:${day}:${why.slice(0, 200)}`,
    recipients: await usersMeant(db, ['owners', 'role:operator'], asset.owners),
    title: `${asset.name}: a run failed`,
    body: [why],
    link: `/runs/${run}`,
    urgency: 'digest',
    assetId: asset.id,
  });
}
