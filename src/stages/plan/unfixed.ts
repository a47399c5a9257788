import type { Finding } from '../../domain/finding.ts';
import type { RejectedOption, UnfixedFinding } from '../../domain/remedy.ts';
import type { Cause, Rejection } from './rejection.ts';

/** What is known about a finding that stays. */
export interface Remains {
  readonly finding: Finding;
  readonly rejections: readonly Rejection[];
  /** There is a way, but it does not go together with what closes more risk. */
  readonly conflict: boolean;
}

/** Says why a finding stays and what would close it. */
export function unfixed({ finding, rejections, conflict }: Remains): UnfixedFinding {
  const { why, needed } = conflict ? conflicting(finding) : reason(finding, rejections);
  return { finding: finding.id, why, needed, options: summarised(rejections) };
}

/**
 * One option for all the versions of a package that are out for the same rule: the last of them,
 * which came furthest up, with the number of the others. A person reads ten reasons, not four hundred.
 */
function summarised(rejections: readonly Rejection[]): readonly RejectedOption[] {
  const alike = Map.groupBy(rejections, (one) => `${one.kind} ${one.package} ${one.cause}`);
  return [...alike.values()].flatMap((group) => {
    const last = group.at(-1);
    if (last === undefined) return [];
    const { kind, package: name, to, why } = last;
    const others = group.length - 1;
    const more =
      others === 0 ? '' : ` (${others} ${others === 1 ? 'other' : 'others'} for the like)`;
    return [{ kind, package: name, ...(to !== undefined && { to }), why: `${why}${more}` }];
  });
}

function conflicting({ component }: Finding): { why: string; needed: string } {
  return {
    why: `What would close it excludes another remedy that removes more risk from ${component.name}.`,
    needed: 'Run again once this change is merged, or choose by hand between the two.',
  };
}

function reason(
  finding: Finding,
  rejections: readonly Rejection[],
): { why: string; needed: string } {
  const { name, version } = finding.component;
  // What speaks against the package itself is nearer than what speaks against a parent of it.
  for (const own of [rejections.filter((entry) => entry.package === name), rejections]) {
    for (const [cause, needs] of NEEDS) {
      const [rejection] = own
        .filter((entry) => entry.cause === cause)
        .toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
      if (rejection === undefined) continue;
      return { why: sentence(rejection), needed: needs(rejection, finding) };
    }
  }
  if (finding.fixedIn.length === 0) {
    return {
      why: `No release of ${name} above ${version} is free of it.`,
      needed: `A fixed release of ${name}, or another package in its place.`,
    };
  }
  const fixed = finding.fixedIn.join(' or ');
  const last = mostTelling(rejections, name);
  return {
    why:
      last === undefined
        ? `No way was found to lead every dependent of ${name}@${version} to ${fixed}.`
        : sentence(last),
    needed: `A release of ${name}, or of what depends on it, that can be taken; fixed in ${fixed}.`,
  };
}

/**
 * The last of what was looked at, as it came furthest; that a package is in use and cannot just be
 * removed explains a hole only where nothing else does.
 */
function mostTelling(rejections: readonly Rejection[], name: string): Rejection | undefined {
  const furthest = rejections.filter(({ cause }) => cause !== 'in-use').toReversed();
  const faulty = furthest.find((entry) => entry.package === name && entry.cause === 'vulnerable');
  return faulty ?? furthest[0] ?? rejections.at(-1);
}

/** What would be needed, by cause; what settles the matter alone comes first. */
const NEEDS: readonly (readonly [Cause, (rejection: Rejection, finding: Finding) => string])[] = [
  [
    'source',
    (_, { component }) =>
      `A reference of ${component.name} to something without the vulnerability, or to a registry version.`,
  ],
  ['orphan', () => 'One install with the package manager, so that it cleans the lockfile.'],
  [
    'unknown-package',
    ({ package: name }) => `Access to the registry that has ${name}, through the project’s .npmrc.`,
  ],
  ['unreachable', () => 'The registry; run again when it answers.'],
  [
    'cooldown',
    ({ package: name, to, from }) =>
      from === undefined
        ? `A registry that says when ${name} ${to ?? ''} was published, or no cooldown.`
        : `Time: ${name} ${to ?? ''} may be taken from ${from}; or a shorter cooldown.`,
  ],
  ['policy', ({ kind }) => `Leave by policy to use the remedy “${kind}”.`],
  ['engines', () => 'A newer Node version in the project.'],
  ['peer', ({ package: name }) => `An upgrade of the peer that ${name} asks for.`],
  ['tried', () => 'A change of the code or tests that stand in the way, or another release.'],
  [
    'no-override',
    (_, { component }) =>
      `An override of ${component.name} written by hand, or a release of its parent that admits a fixed version.`,
  ],
  [
    'bundled',
    (_, { component }) =>
      `A release of the package that bundles ${component.name} with a fixed version inside.`,
  ],
];

function sentence({ kind, package: name, to, why }: Rejection): string {
  const what = to === undefined ? name : `${name} to ${to}`;
  return `${kind} of ${what}: ${why}.`;
}
