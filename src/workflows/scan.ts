import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Asset } from '../domain/asset.ts';
import type { Configuration, Policy } from '../domain/configuration.ts';
import type { AssetContext } from '../domain/context.ts';
import { messageOf, SutureError } from '../domain/error.ts';
import type { Problem } from '../domain/problem.ts';
import type { ScannedAsset, ScanReport } from '../domain/report.ts';
import { fileTree } from '../platform/file-tree.ts';
import { openRepository } from '../platform/git.ts';
import { pathKind } from '../platform/path-kind.ts';
import type { AdvisoryIndex } from '../ports/advisory-index.ts';
import type { SourceTree } from '../ports/source-tree.ts';
import { readConfiguration, readOperatorPolicy } from '../stages/configure/configuration.ts';
import { mergeComponents } from '../stages/discover/components.ts';
import { discover } from '../stages/discover/discover.ts';
import { matchComponents } from '../stages/match/match.ts';
import { inferContext } from '../stages/prioritize/context.ts';
import { applyIgnores } from '../stages/prioritize/ignores.ts';
import { prioritize } from '../stages/prioritize/prioritize.ts';
import { firstSeen } from './first-seen.ts';
import { resolveManifest } from './resolve-manifest.ts';
import type { Services } from './services.ts';

export interface ScanOptions {
  /** Do not ask anything of the network: bare manifests stay unresolved. */
  readonly offline: boolean;
  /** The operator's policy file; default `$SUTURE_HOME/policy.yaml` where it exists. */
  readonly policyFile?: string;
  /** The operator's policy itself, instead of a file. */
  readonly policy?: Policy;
  /** What is known of the asset from elsewhere; wins over what is read from it. */
  readonly context?: Partial<AssetContext>;
  /** Day (ISO) each finding was first seen, by id, where that is kept elsewhere than in the home. */
  readonly firstSeen?: ReadonlyMap<string, string>;
}

/** One asset with everything later stages need. */
export interface DirectoryScan {
  readonly asset: ScannedAsset;
  readonly configuration: Configuration;
  readonly tree: SourceTree;
  readonly problems: readonly Problem[];
  /** The context as the files alone say it. */
  readonly observed: AssetContext;
}

/** discover → match → prioritize, for each target. A target that fails is a problem of its own. */
export async function scan(
  targets: readonly string[],
  options: ScanOptions,
  services: Services,
): Promise<ScanReport> {
  const index = services.openIndex();
  try {
    const assets: ScannedAsset[] = [];
    const problems: Problem[] = [];
    for (const target of targets) {
      const place = await placeOf(target, services);
      const result = await scanDirectory(place, index, options, services);
      assets.push(result.asset);
      problems.push(...result.problems);
    }
    const generatedAt = services.clock.now().toISOString();
    return { tool: services.tool, feeds: index.feeds(), assets, problems, generatedAt };
  } finally {
    await index.close();
  }
}

/** A directory to scan, narrowed to some of its lockfiles where the target is one. */
export interface ScanPlace {
  readonly directory: string;
  readonly files?: readonly string[];
  /** Given when the directory is a copy of something that has an identity already. */
  readonly identity?: Pick<Asset, 'id' | 'name'>;
}

/** @throws SutureError `target-missing` or `target-unknown` */
export async function placeOf(target: string, services: Services): Promise<ScanPlace> {
  if (/^(rootfs|image|host):/.test(target)) {
    throw new SutureError('target-unknown', `${target}: this kind of target is not supported yet`, {
      remedy: 'Give a directory or a lockfile.',
    });
  }
  const path = resolve(target);
  const kind = await pathKind(path);
  if (kind === 'directory') return { directory: path };
  if (kind === undefined) {
    throw new SutureError('target-missing', `${target} does not exist`, {
      remedy: 'Give an existing directory or lockfile.',
    });
  }
  const names = services.ecosystems.flatMap(({ lockfiles, manifest }) => [
    ...lockfiles.flatMap(({ fileNames }) => fileNames),
    manifest,
  ]);
  if (!names.includes(basename(path))) {
    throw new SutureError('target-unknown', `${target} is not a lockfile that Suture reads`, {
      remedy: `Give a directory or one of: ${names.join(', ')}.`,
    });
  }
  return { directory: dirname(path), files: [basename(path)] };
}

export async function scanDirectory(
  place: ScanPlace,
  index: AdvisoryIndex,
  options: ScanOptions,
  services: Services,
): Promise<DirectoryScan> {
  const tree = fileTree(place.directory);
  const problems: Problem[] = [];
  const { configuration, problems: configurationProblems } = await readConfiguration(
    await tree.read('suture.yaml'),
    'suture.yaml',
    options.policy ?? (await operatorPolicy(options, services)),
  );
  problems.push(...configurationProblems);

  services.progress('Reading lockfiles');
  // Together: one waits for git, the other reads.
  const [identity, discovery] = await Promise.all([
    place.identity ?? identify(place.directory, tree),
    discover(tree, services.ecosystems, place.files === undefined ? {} : { files: place.files }),
  ]);
  problems.push(...discovery.problems);
  const inventories = [...discovery.inventories];
  for (const manifest of discovery.unlocked) {
    const resolved = await resolveManifest(manifest, tree, options, services);
    if (resolved.inventory !== undefined) inventories.push(resolved.inventory);
    problems.push(resolved.problem);
  }
  if (inventories.length === 0 && problems.every(({ severity }) => severity !== 'error')) {
    problems.push(nothingFound(place, services));
  }

  const graphs = inventories.map(({ graph }) => graph);
  const components = mergeComponents(inventories.map(({ components }) => components));
  services.progress(`Matching ${components.length} components`);
  const matched = matchComponents(identity.id, components, index, services.ecosystems);

  const observed = await inferContext({ tree, graphs, configuration });
  const context = { ...observed, ...options.context };
  if (matched.length > 0) services.progress(`Following the code to ${matched.length} findings`);
  const reachability =
    matched.length === 0
      ? new Map()
      : // Loaded only where there is something to look for: the parser costs more than a scan.
        await (await import('../stages/prioritize/reachability/analyse.ts')).analyseReachability({
          tree,
          graphs,
          findings: matched,
          sources: services.packageSources(place.directory),
        });
  const now = services.clock.now();
  const seen =
    options.firstSeen === undefined
      ? await firstSeen(services.home, identity.id, matched, now)
      : { dates: options.firstSeen, problems: [] };
  const findings = prioritize({
    findings: matched,
    reachability,
    context,
    configuration,
    now,
    firstSeen: seen.dates,
  });
  return {
    asset: { ...identity, kind: 'repository', context, components, graphs, findings },
    configuration,
    observed,
    tree,
    problems: [
      ...problems,
      ...seen.problems,
      ...applyIgnores(findings, configuration.ignore, now).problems,
    ],
  };
}

/** The operator's word, which no scanned repository can weaken. */
async function operatorPolicy(
  options: ScanOptions,
  services: Services,
): Promise<Policy | undefined> {
  const path = options.policyFile ?? join(services.home, 'policy.yaml');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (options.policyFile === undefined) return undefined;
    throw new SutureError('policy-unreadable', `${path}: ${messageOf(error)}`, {
      remedy: 'Give an existing policy file with --policy.',
      cause: error,
    });
  });
  return text === undefined ? undefined : await readOperatorPolicy(text, path);
}

/** Stable across machines and clones: the remote, else the manifest's name, else the folder's. */
export async function identify(
  directory: string,
  tree: SourceTree,
): Promise<Pick<Asset, 'id' | 'name'>> {
  const repository = await openRepository(directory);
  const remote = await repository?.remote();
  if (repository !== undefined && remote !== undefined) {
    const inside = resolve(directory).slice(repository.root.length);
    const id = remote.replace(/\.git$/, '') + inside;
    return { id: `repository:${id}`, name: basename(id) };
  }
  const name = (await manifestName(tree)) ?? basename(resolve(directory));
  return { id: `repository:${name}`, name };
}

async function manifestName(tree: SourceTree): Promise<string | undefined> {
  try {
    const manifest: unknown = JSON.parse((await tree.read('package.json')) ?? 'null');
    if (typeof manifest !== 'object' || manifest === null || !('name' in manifest))
      return undefined;
    return typeof manifest.name === 'string' && manifest.name !== '' ? manifest.name : undefined;
  } catch {
    // Not this function's to report: discovery reads the manifest too and says what is wrong.
    return undefined;
  }
}

function nothingFound(place: ScanPlace, services: Services): Problem {
  const names = new Set(
    services.ecosystems.flatMap(({ lockfiles }) => lockfiles.flatMap(({ fileNames }) => fileNames)),
  );
  // Of a copy it is the original's name that says something.
  const where = place.identity?.name ?? place.directory;
  return {
    severity: 'error',
    file: '',
    message: `Nothing to scan in ${where}: no lockfile or manifest found (looked for ${[...names].join(', ')})`,
  };
}
