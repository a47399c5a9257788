import { stepCost } from './cost.ts';
import { labelOf, type PackageGroup } from './graph-view.ts';
import type { Hole } from './hole.ts';
import { predict } from './predict.ts';
import type { Search } from './search.ts';
import type { Step, Way } from './step.ts';
import type { UseOf } from './unused.ts';

/** Removes direct dependencies that nothing uses, where that makes the hole go away. */
export async function removalWays(search: Search, hole: Hole, use: UseOf): Promise<readonly Way[]> {
  if (!search.world.policy.remedies.includes('remove')) return [];
  const { avoid } = search.world;
  const steps = directAncestors(search, hole)
    .filter(({ name }) => !avoid.has(name))
    .map(removal);
  if (steps.length === 0) return [];
  const steady = hole.findings.map(({ id }) => id);
  const closes = (some: readonly Step[]) => {
    const { closed } = predict(search.world, some);
    return steady.every((id) => closed.has(id));
  };
  // Cheap question first: only where removal would help is the source looked at.
  const alone = steps.filter((step) => closes([step]));
  for (const step of alone) {
    const group = search.world.view.groups.get(labelOf(step.package, step.from));
    if (group === undefined) continue;
    const used = await use(group);
    if (used === undefined) return [{ steps: [step] }];
    search.reject({ kind: 'remove', package: step.package, why: used, cause: 'in-use' });
  }
  return [];
}

/** Direct dependencies from which the hole can be reached upwards, the hole itself included. */
function directAncestors(search: Search, hole: Hole): readonly PackageGroup[] {
  const { view } = search.world;
  const seen = new Set<PackageGroup>(hole.groups);
  const queue = [...hole.groups];
  const direct = new Set<PackageGroup>();
  for (let group = queue.pop(); group !== undefined; group = queue.pop()) {
    for (const { from } of group.inEdges) {
      const parent = from.workspace === undefined ? view.groups.get(from.group) : undefined;
      if (from.workspace !== undefined) direct.add(group);
      else if (parent !== undefined && !seen.has(parent)) {
        seen.add(parent);
        queue.push(parent);
      }
    }
  }
  // Beyond a few ways in, no single removal can help.
  return direct.size > 3 ? [] : [...direct];
}

function removal(group: PackageGroup): Step {
  const workspaces = group.inEdges.flatMap(({ from }) =>
    from.workspace === undefined ? [] : [from.workspace.path],
  );
  const step = {
    kind: 'remove',
    package: group.name,
    from: group.version,
    workspaces: [...new Set(workspaces)].toSorted(),
    notes: ['nothing in the project imports it, names it in a configuration or script, or runs it'],
  } as const;
  return { ...step, cost: stepCost(step) };
}
