import { posix } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { guardNpmrc } from '../../../platform/project-npmrc.ts';
import { guardYarnrc } from '../../../platform/project-yarnrc.ts';
import { guardYarnrcClassic } from './yarnrc-classic.ts';

/** Files of a repository that a package manager would obey; replaced while one runs. */
export const GUARDED = [
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.env.yarn',
  '.corepack.env',
  '.pnpmfile.cjs',
  '.pnpmfile.mjs',
  'pnpmfile.js',
  'pnpm-workspace.yaml',
] as const;

export interface Guarded {
  /** undefined: the file is absent while the manager runs. */
  readonly text: string | undefined;
  readonly problems: readonly string[];
}

/** What stands in a file's place while a package manager runs outside the sandbox. */
export function guardFile(path: string, text: string, trusted: ReadonlySet<string>): Guarded {
  switch (posix.basename(path)) {
    case '.npmrc':
      return told(guardNpmrc(text, trusted));
    case '.yarnrc.yml':
      return told(guardYarnrc(text, trusted));
    case '.yarnrc':
      return told(guardYarnrcClassic(text));
    case 'pnpm-workspace.yaml':
      return guardPnpmWorkspace(text);
    // JavaScript that pnpm runs before it resolves, and variables for yarn and corepack.
    case '.pnpmfile.cjs':
    case '.pnpmfile.mjs':
    case 'pnpmfile.js':
      return {
        text: undefined,
        problems: ['is code of the repository and was not run; what it changes is not resolved'],
      };
    case '.env.yarn':
    case '.corepack.env':
      return { text: undefined, problems: ['sets variables and was not read'] };
    default:
      return { text, problems: [] };
  }
}

/** Settings that only matter to a person at a terminal or to scripts: not worth a warning. */
const UNREMARKABLE =
  /^(?:audit|fund|loglevel|progress|color|update-notifier|access|init[.-].*|message|tag-version-prefix|sign-git-tag|git-tag-version|allow-scripts|ignore-scripts|enableScripts|enableTelemetry|enableGlobalCache|enableProgressBars|enableMessageNames|enableColors|logFilters|changesetIgnorePatterns|changesetBaseRefs|initScope|initFields|cacheFolder|onlyBuiltDependencies|ignoredBuiltDependencies|allowBuilds|strictDepBuilds)$/;

function told(guarded: { text: string; dropped: readonly string[] }): Guarded {
  const worth = guarded.dropped.filter((name) => !UNREMARKABLE.test(name));
  if (worth.length === 0) return { text: guarded.text, problems: [] };
  const names = [...new Set(worth)].join(', ');
  return { text: guarded.text, problems: [`sets ${names}, which was not obeyed`] };
}

/**
 * pnpm ≥ 10 takes from `pnpm-workspace.yaml` everything it took from `.npmrc`: programs
 * (`scriptShell`, `nodeOptions`, `pnpmfile`), packages with code of their own
 * (`configDependencies`), places outside the copy. What shapes the lockfile stays.
 */
function guardPnpmWorkspace(text: string): Guarded {
  const document = parseDocument(text);
  if (!isMap(document.contents)) return { text, problems: [] };
  const dropped: string[] = [];
  for (const key of document.contents.items.map((pair) => String(pair.key))) {
    if (PNPM_SETTINGS.has(key)) continue;
    document.delete(key);
    dropped.push(key);
  }
  return dropped.length === 0
    ? { text, problems: [] }
    : told({ text: document.contents.items.length === 0 ? '' : document.toString(), dropped });
}

const PNPM_SETTINGS = new Set([
  'packages',
  'allowNonAppliedPatches',
  'allowUnusedPatches',
  'allowedDeprecatedVersions',
  'autoInstallPeers',
  'blockExoticSubdeps',
  'catalog',
  'catalogMode',
  'catalogs',
  'cleanupUnusedCatalogs',
  'dedupeDirectDeps',
  'dedupeInjectedDeps',
  'dedupePeerDependents',
  'dedupePeers',
  'engineStrict',
  'excludeLinksFromLockfile',
  'hoist',
  'hoistPattern',
  'hoistWorkspacePackages',
  'ignoredOptionalDependencies',
  'injectWorkspacePackages',
  'linkWorkspacePackages',
  'lockfileIncludeTarballUrl',
  'minimumReleaseAge',
  'minimumReleaseAgeExclude',
  'minimumReleaseAgeStrict',
  'nodeLinker',
  'nodeVersion',
  'overrides',
  'packageExtensions',
  'patchedDependencies',
  'peerDependencyRules',
  'peersSuffixMaxLength',
  'preferWorkspacePackages',
  'publicHoistPattern',
  'resolutionMode',
  'resolvePeersFromWorkspaceRoot',
  'saveExact',
  'savePrefix',
  'saveWorkspaceProtocol',
  'shamefullyHoist',
  'sharedWorkspaceLockfile',
  'strictPeerDependencies',
  'supportedArchitectures',
  'trustPolicy',
]);
