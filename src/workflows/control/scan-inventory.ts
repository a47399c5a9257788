import type { Finding } from '../../domain/finding.ts';
import type { ManagedAsset } from '../../domain/managed-asset.ts';
import type { Problem } from '../../domain/problem.ts';
import type { AdvisoryIndex } from '../../ports/advisory-index.ts';
import { componentsCounted } from '../../store/scans.ts';
import { InventoryMatcher } from '../inventory-matcher.ts';
import { assess } from '../match-inventory.ts';
import type { Control } from './control.ts';
import { policyInForce } from './policy-in-force.ts';

/** match → prioritize for an asset of which only its inventory is known (an SBOM). */
export async function scanInventory(
  control: Control,
  asset: ManagedAsset,
  index: AdvisoryIndex,
): Promise<{
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly components: number;
}> {
  const { services, store } = control;
  const { policy } = await policyInForce(store);
  const matcher = new InventoryMatcher(index, services.ecosystems);
  const now = services.clock.now();
  const [assessed] = await assess(store, matcher, [asset], { now, policy });
  return {
    findings: assessed?.findings ?? [],
    problems: assessed?.problems ?? [],
    components: await componentsCounted(store, asset.id),
  };
}
