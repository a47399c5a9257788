import { nextEscalationAt } from '../../stages/decide/approval.ts';
import { type Approval, escalate, escalationsDue, usersMeant } from '../../store/approvals.ts';
import { assetsById } from '../../store/assets.ts';
import { change } from '../../store/changes.ts';
import { recordDecision } from '../../store/decisions.ts';
import { announce } from '../../store/live-events.ts';
import type { Control } from './control.ts';
import { policyInForce } from './policy-in-force.ts';
import { tell } from './tell.ts';

const AT_ONCE = 200;
const HOUR_MS = 3_600_000;

/** Asks the next people where those who were asked have not answered for long enough. */
export async function escalateApprovals(control: Control): Promise<void> {
  if (await control.pause.paused()) return;
  const now = control.services.clock.now();
  for (const request of await escalationsDue(control.store, now, AT_ONCE)) {
    await escalateOne(control, request, now);
  }
}

async function escalateOne(control: Control, request: Approval, now: Date): Promise<void> {
  const { store, services } = control;
  const steps = [...request.escalation].sort((a, b) => a.afterHours - b.afterHours);
  const step = steps[request.escalated];
  const found = await change(store, request.changeId);
  if (step === undefined || found === undefined) return;
  const [asset] = await assetsById(store, [found.assetId]);
  const done = request.escalated + 1;
  const requested = new Date(request.requestedAt);
  const because = `Nobody answered for ${step.afterHours} hours; ${step.to.join(', ')} are asked as well.`;
  const { version } = await policyInForce(store);
  await store.transaction().execute(async (trx) => {
    const made = await escalate(trx, request.changeId, done, {
      approvers: [...new Set([...request.approvers, ...step.to])],
      nextEscalationAt: nextEscalationAt(request, requested, done)?.toISOString() ?? null,
    });
    if (!made) return;
    await announce(trx, 'approval', found.id, found.assetId);
    await tell(control, trx, {
      kind: 'approval-escalated',
      key: `escalated:${found.id}:${done}`,
      recipients: await usersMeant(trx, step.to, asset?.owners ?? []),
      title: `${asset?.name ?? found.assetId}: ${found.title} still waits for approval`,
      body: [because],
      link: `/changes/${found.id}`,
      urgency: 'now',
      assetId: found.assetId,
    });
    await recordDecision(
      trx,
      {
        kind: 'escalation',
        subject: { type: 'change', id: found.id },
        assetId: found.assetId,
        outcome: 'escalated',
        because,
        actor: { type: 'policy', version },
        inputs: { to: [...step.to], afterHours: step.afterHours, requestedAt: request.requestedAt },
        factors: [],
        alternatives: [
          {
            outcome: 'waiting',
            why: `policy wants more people asked when nobody has settled it in ${step.afterHours} hours`,
          },
        ],
        versions: { suture: services.tool.version },
        key: `escalation:${found.id}:${done}:${request.requestedAt}`,
      },
      { now, sign: control.key },
    );
  });
}

/**
 * Tells people of deadlines that come near, at the hours the policy says, and of those that passed:
 * per asset, deadline and warning once.
 */
export async function warnOfDeadlines(control: Control): Promise<void> {
  const { store, services } = control;
  if (await control.pause.paused()) return;
  const now = services.clock.now();
  const { deadlinePolicy } = (await policyInForce(store)).policy;
  const hours = [...deadlinePolicy.warnHours].sort((a, b) => a - b);
  const farthest = new Date(now.getTime() + Math.max(0, ...hours) * HOUR_MS);
  const rows = await store
    .selectFrom('finding')
    .select(({ fn }) => ['asset_id', 'due', fn.countAll<string>().as('findings')])
    .select(({ fn }) => fn.max('score').as('score'))
    .where('exposed', '=', true)
    .where('due', 'is not', null)
    .where('due', '<=', farthest.toISOString().slice(0, 10))
    // What passed long ago was told when it did.
    .where('due', '>=', new Date(now.getTime() - 7 * 24 * HOUR_MS).toISOString().slice(0, 10))
    .groupBy(['asset_id', 'due'])
    .orderBy('due')
    .limit(2000)
    .execute();
  const assets = new Map(
    (await assetsById(store, [...new Set(rows.map(({ asset_id }) => asset_id))])).map((one) => [
      one.id,
      one,
    ]),
  );
  for (const { asset_id, due, findings } of rows) {
    const asset = assets.get(asset_id);
    if (asset === undefined || due === null) continue;
    // A day is over at its end.
    const left = (Date.parse(`${due}T23:59:59Z`) - now.getTime()) / HOUR_MS;
    const missed = left <= 0;
    const warning = missed ? 'missed' : hours.find((hour) => left <= hour);
    if (warning === undefined) continue;
    const many = `${findings} ${findings === '1' ? 'finding' : 'findings'}`;
    await tell(control, store, {
      kind: missed ? 'deadline-missed' : 'deadline-near',
      key: `deadline:${asset.id}:${due}:${warning}`,
      recipients: await usersMeant(store, ['owners', ...deadlinePolicy.escalateTo], asset.owners),
      title: missed
        ? `${asset.name}: the deadline ${due} has passed for ${many}`
        : `${asset.name}: ${many} due by ${due}`,
      body: [],
      link: `/findings?asset=${asset.id}&dueBefore=${dayAfter(due)}&sort=due`,
      urgency: missed || left <= 24 ? 'now' : 'digest',
      assetId: asset.id,
    });
  }
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 24 * HOUR_MS).toISOString().slice(0, 10);
}
