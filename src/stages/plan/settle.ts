import { choose } from './choose.ts';
import type { Hole } from './hole.ts';
import { type Prediction, predict } from './predict.ts';
import { barKey, type Closing, type Question } from './selection.ts';
import { joinWays, stepKey, type Way, wayKey } from './step.ts';
import type { World } from './world.ts';

/** Choices are repeated at most so often when a prediction shows that ways spoil each other. */
const CORRECTIONS = 12;

/**
 * Chooses, and chooses again as long as chosen ways turn out to spoil each other: what a way closes
 * only by the way, and does not beside the others, is no longer counted for it; two ways of which
 * one loses what it is for, or that introduce something together, are not taken together again; a
 * way that only several others spoil together is given up.
 */
export function settle(
  world: World,
  holes: readonly Hole[],
  questions: readonly Question[],
): readonly Way[] {
  // One point for closing at all, so that a finding without any risk is still worth a remedy.
  const weights = new Map(
    holes.flatMap((hole) => hole.findings.map(({ id, risk }) => [id, risk.score + 1] as const)),
  );
  const own = new Map(
    holes.map((hole) => [hole.label, new Set(hole.findings.map(({ id }) => id))]),
  );
  const barred = new Set<string>();
  let asked = questions;
  let ways: readonly Closing[] = [];
  for (let attempt = 0; attempt < CORRECTIONS; attempt += 1) {
    ways = choose(asked, weights, barred);
    const together = predictAll(world, ways);
    const lost = new Set(
      ways.flatMap(({ closes }) => [...closes]).filter((id) => !together.closed.has(id)),
    );
    if (lost.size === 0 && together.introduced.length === 0) return ways;
    // An option of another hole with the same steps is in effect as well, whichever was chosen.
    const taken = new Set(ways.flatMap(({ steps }) => steps.map(stepKey)));
    const inEffect = ({ steps }: Way) => steps.every((step) => taken.has(stepKey(step)));
    asked = asked.map(({ hole, options }) => {
      const isOwn = (id: string) => own.get(hole)?.has(id) === true;
      return {
        hole,
        options: options.flatMap((option) => {
          if (!inEffect(option)) return [option];
          const spoiled = [...option.closes].some((id) => isOwn(id) && lost.has(id));
          const suspect = spoiled || together.introduced.length > 0;
          const culprits = suspect
            ? ways.filter((other) => spoils(world, option, other, isOwn))
            : [];
          for (const other of culprits) barred.add(barKey(option, other));
          // Spoiled by several others together: this one gives way.
          if (spoiled && culprits.length === 0) return [];
          const kept = [...option.closes].filter((id) => isOwn(id) || !lost.has(id));
          return [{ ...option, closes: new Set(kept) }];
        }),
      };
    });
  }
  return oneByOne(world, ways);
}

/** Whether another way takes from a way what that one is for, or introduces something with it. */
function spoils(
  world: World,
  way: Closing,
  other: Closing,
  isOwn: (id: string) => boolean,
): boolean {
  if (wayKey(way) === wayKey(other)) return false;
  const { closed, introduced } = predictAll(world, [way, other]);
  if (introduced.length > 0) return true;
  return [...way.closes].some((id) => isOwn(id) && !closed.has(id));
}

/** What is left when corrections do not end: in order, whatever does no harm to those before. */
function oneByOne(world: World, ways: readonly Closing[]): readonly Way[] {
  const kept: Closing[] = [];
  let closed: ReadonlySet<string> = new Set();
  for (const way of ways) {
    const together = predictAll(world, [...kept, way]);
    const harmless =
      together.introduced.length === 0 && [...closed].every((id) => together.closed.has(id));
    if (!harmless) continue;
    kept.push(way);
    closed = together.closed;
  }
  return kept;
}

function predictAll(world: World, ways: readonly Way[]): Prediction {
  return predict(world, joinWays(ways)?.steps ?? []);
}
