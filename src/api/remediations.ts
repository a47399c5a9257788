import { randomUUID } from 'node:crypto';
import type { Principal } from '../domain/access.ts';
import type { ControlPolicy } from '../domain/control-policy.ts';
import { SutureError } from '../domain/error.ts';
import { REMEDIATION_ID, withSpan } from '../platform/tracing.ts';
import { asset } from '../store/assets.ts';
import { announce } from '../store/live-events.ts';
import { queueRemediation } from '../store/remediations.ts';
import { type WorkableFinding, workableFindings, workKey } from '../store/work-to-do.ts';
import { runId } from '../workflows/control/names.ts';
import { policyInForce } from '../workflows/control/policy-in-force.ts';
import { recordByPerson } from './access-decision.ts';
import { type BoundOperation, bind } from './bind.ts';
import { findings } from './contract/index.ts';
import { notFound } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';

/** Work that a person wants to begin now, whatever the schedule. */
export function remediationHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store, client } = dependencies;
  return [
    bind(findings.remediateFindings, async ({ body, asker }) => {
      const watched = await asset(store, body.assetId);
      if (watched === undefined) throw notFound('asset', body.assetId);
      if (watched.kind !== 'repository') throw notPatched(watched.kind);
      const { scannedCommit } = watched;
      if (scannedCommit === undefined) throw notScanned();
      const { version, policy } = await policyInForce(store);
      if (body.withoutCooldown !== undefined) expectBypass(policy, asker);
      const wanted = await wantedFindings(dependencies, body, version);
      const purpose = randomUUID();
      const key = workKey({
        commit: scannedCommit,
        findings: wanted,
        avoid: body.avoid,
        policyVersion: version,
      });
      const id = runId('remediation', watched.id, key, purpose);
      return await withSpan('remediation.request', { [REMEDIATION_ID]: id }, async () => {
        const queued = await queueRemediation(
          store,
          {
            id,
            assetId: watched.id,
            // Asked for by a person: it begins even where nothing is new.
            workKey: `${key} ${purpose}`,
            trigger: 'demand',
            baseCommit: scannedCommit,
            findingIds: wanted.map((finding) => finding.id),
            avoid: body.avoid,
            policyVersion: version,
            requestedBy: asker.userId,
            withoutCooldown: body.withoutCooldown !== undefined,
          },
          0,
        );
        if (body.withoutCooldown !== undefined && queued === id) {
          await recordByPerson(store, dependencies, asker, {
            kind: 'override',
            subject: { type: 'asset', id: watched.id },
            outcome: 'without-cooldown',
            because: body.withoutCooldown,
            inputs: {
              remediation: id,
              findings: wanted.map((finding) => finding.id),
              cooldownDays: policy.cooldownDays,
              policyVersion: version,
            },
            key: `without-cooldown:${id}`,
          });
        }
        await announce(store, 'remediation', queued ?? id, watched.id);
        await client.enqueueForgotten();
        return { runId: queued ?? id };
      });
    }),
  ];
}

/** @throws SutureError `forbidden` unless policy lets a role of this person bypass the cooldown */
function expectBypass(policy: ControlPolicy, asker: Principal): void {
  if (policy.cooldownBypassRoles.some((role) => asker.roles.includes(role))) return;
  const who = policy.cooldownBypassRoles.join(', ') || 'nobody';
  throw new SutureError('forbidden', 'Policy does not let you bypass the cooldown', {
    remedy: `Leave withoutCooldown out, or ask somebody who may: ${who}.`,
  });
}

async function wantedFindings(
  { store }: ApiDependencies,
  { assetId, findingIds }: { readonly assetId: string; readonly findingIds: readonly string[] },
  policyVersion: number,
): Promise<readonly WorkableFinding[]> {
  const workable = await workableFindings(store, assetId, policyVersion, []);
  const asked = new Set(findingIds);
  const wanted = findingIds.length === 0 ? workable : workable.filter(({ id }) => asked.has(id));
  if (wanted.length > 0) return wanted;
  throw new SutureError('nothing-to-do', 'There is nothing open to close here', {
    remedy: 'Scan the asset again, or choose findings that are open and not accepted.',
  });
}

function notPatched(kind: string): SutureError {
  return new SutureError('unprocessable', `Nothing can be patched on an asset of kind ${kind}`, {
    remedy: 'Register the repository that it is made from.',
  });
}

function notScanned(): SutureError {
  return new SutureError('nothing-to-do', 'The asset was not scanned yet', {
    remedy: 'Scan it first; remedies begin by themselves where policy says so.',
  });
}
