import { neutralise } from '../../domain/neutralise.ts';
import type { PublishedVersion } from '../../ports/package-registry.ts';
import type { Penalties } from './cost.ts';
import { labelOf, type PackageGroup } from './graph-view.ts';
import { endsPromise, floorInWords, runsOn } from './node-floor.ts';
import { peerTrouble } from './peers.ts';
import type { Rule } from './rejection.ts';
import { tooYoung } from './release-age.ts';
import { isPrerelease } from './version-step.ts';
import type { World } from './world.ts';

/** What can be said about a version as a replacement for the one that is installed. */
export type Judgement =
  | {
      readonly usable: true;
      readonly penalties: Penalties;
      /** Advisories it still has, all of which the installed version has too. */
      readonly carries: ReadonlySet<string>;
      /** For `because`. */
      readonly notes: readonly string[];
    }
  | { readonly usable: false; readonly why: string; readonly rule: Rule; readonly from?: string };

const SECURITY_WORDS = /secur|vulnerab|malicious|malware|compromis|exploit|backdoor|CVE-\d/i;

/**
 * Applies the never-rules to one version above the installed one. The installed version itself is
 * no downgrade's business: callers ask only about higher ones.
 *
 * @param bypass whether a finding that this would close is known to be exploited and reachable
 */
export function judgeVersion(
  world: World,
  group: PackageGroup,
  candidate: PublishedVersion,
  bypass: boolean,
): Judgement {
  const { name } = group;
  const { version } = candidate;
  const installed = world.packuments.version(name, group.version);

  if (world.avoid.has(name)) return no('tried', 'is to be left alone, as a person asked');
  const tried = world.rejected.find((option) => option.package === name && option.to === version);
  if (tried !== undefined) return no('tried', `was tried and failed: ${neutralise(tried.why)}`);
  if (isPrerelease(version) && !isPrerelease(group.version))
    return no('pre-release', 'is a pre-release');

  const now = world.vulnerabilities.of(name, group.version);
  const then = world.vulnerabilities.of(name, version);
  const introduced = [...then].filter((id) => !now.has(id));
  if (introduced.length > 0)
    return no('vulnerable', `is itself affected by ${introduced.join(', ')}`);

  const { deprecated } = candidate;
  if (deprecated !== undefined && SECURITY_WORDS.test(deprecated)) {
    return no('deprecated-for-security', `is deprecated for security: “${neutralise(deprecated)}”`);
  }
  const { floor } = world;
  if (
    floor !== undefined &&
    !runsOn(floor, candidate.engines) &&
    runsOn(floor, installed?.engines ?? {})
  ) {
    const why = `needs Node ${candidate.engines['node']}, and the project supports ${floorInWords(floor)}`;
    return no('engines', neutralise(why));
  }
  const peers = peerTrouble(world, group, candidate);
  if (peers.unmet !== undefined) return no('peer', peers.unmet);

  const newInstallScript = candidate.hasInstallScript && installed?.hasInstallScript !== true;
  const penalties = {
    deprecated: deprecated !== undefined && installed?.deprecated === undefined,
    missingPeers: peers.missing.length,
    newInstallScript,
    young: false,
    carried: then.size,
  };
  const notes = [
    ...notesOn(candidate, peers.missing, newInstallScript),
    ...(floor !== undefined && endsPromise(floor, candidate.engines, installed?.engines ?? {})
      ? [
          neutralise(
            `it needs Node ${candidate.engines['node']}: the ${floor.written} that ${floor.source} still promises is no longer repaired by anyone`,
          ),
        ]
      : []),
  ];

  const young = tooYoung(
    candidate,
    world.packuments.known(name)?.versions ?? [],
    world.policy.cooldownDays,
    world.now,
  );
  if (young === undefined) return { usable: true, penalties, carries: then, notes };
  if (!bypass) return { ...no('cooldown', young.why), ...(young.from && { from: young.from }) };
  if (candidate.provenance || !newInstallScript) {
    const because = `${labelOf(name, version)} ${young.why}; taken all the same, because the hole is exploited in the wild and reachable, and ${candidate.provenance ? 'the release has provenance' : 'it runs no install script that was not there before'}`;
    const raised = { ...penalties, young: true };
    return { usable: true, penalties: raised, carries: then, notes: [...notes, because] };
  }
  return no(
    'cooldown',
    `${young.why}; not bypassed, because it has no provenance and a new install script`,
  );
}

function notesOn(
  candidate: PublishedVersion,
  missingPeers: readonly string[],
  newInstallScript: boolean,
): string[] {
  return [
    ...(candidate.deprecated === undefined
      ? []
      : [`${candidate.version} is deprecated: “${neutralise(candidate.deprecated)}”`]),
    ...(missingPeers.length === 0
      ? []
      : [`it asks for peers that are not installed: ${missingPeers.join(', ')}`]),
    ...(newInstallScript ? ['it brings a new install script'] : []),
  ];
}

function no(rule: Rule, why: string): { usable: false; why: string; rule: Rule } {
  return { usable: false, why, rule };
}
