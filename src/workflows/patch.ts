import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import { SutureError } from '../domain/error.ts';
import { type Finding, goesBy } from '../domain/finding.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { PatchReport } from '../domain/report.ts';
import { fileTree } from '../platform/file-tree.ts';
import { openRepository } from '../platform/git.ts';
import { acrossLockfiles, type LockfileResult, onBase } from './across-lockfiles.ts';
import { type HandOver, handOver } from './hand-over.ts';
import { patchLockfile } from './patch-lockfile.ts';
import type { LockfileOutcome, LockfileTask, PatchOptions } from './patch-types.ts';
import { type Base, type ProjectCopies, projectCopies } from './project-copies.ts';
import { type DirectoryScan, identify, placeOf, scanDirectory } from './scan.ts';
import type { Services } from './services.ts';

/** scan → plan → patch → verify → hand over, for one repository. */
export async function patch(
  target: string,
  options: PatchOptions,
  services: Services,
): Promise<PatchReport> {
  const place = await placeOf(target, services);
  const base = await baseOf(place.directory, options);
  const index = services.openIndex();
  try {
    await using copies = await projectCopies(base);
    // What is patched is what is scanned: the commit, not the working tree.
    const identity = await identify(place.directory, fileTree(place.directory));
    const scanned = await scanDirectory(
      { directory: copies.pristine, identity, ...(place.files ? { files: place.files } : {}) },
      index,
      options,
      { ...services, packageSources: () => services.packageSources(place.directory) },
    );
    const findings = scanned.asset.findings.filter((finding) => wanted(finding, options.only));
    if (options.only.length > 0 && findings.length === 0) throw noSuchFinding(options.only);

    const outcome = await findChanges(
      { findings, scanned, copies, directory: place.directory, index, options, services },
      (lockfile) => baseKey(base, lockfile, copies),
    );
    const handed = await handOver(outcome.accepted, { base, options, scanned, index, services });
    return reportOf(scanned, outcome, handed, services);
  } finally {
    await index.close();
  }
}

/**
 * plan → patch → verify over all lockfiles of a scanned project.
 *
 * @param baseOf what ids of a lockfile's changes are bound to
 */
export async function findChanges(
  project: Omit<LockfileTask, 'graph'>,
  baseOf: (lockfile: string) => Promise<string>,
): Promise<LockfileOutcome> {
  const results: LockfileResult[] = [];
  for (const graph of project.scanned.asset.graphs) {
    const outcome = await patchLockfile({ ...project, graph });
    const lockfile = graph.file;
    results.push({ lockfile, outcome: onBase(outcome, await baseOf(lockfile)) });
  }
  return acrossLockfiles(results, project.findings);
}

function wanted(finding: Finding, only: readonly string[]): boolean {
  return only.length === 0 || only.some((name) => goesBy(finding, name));
}

function noSuchFinding(only: readonly string[]): SutureError {
  return new SutureError('finding-unknown', `No finding matches ${only.join(', ')}`, {
    remedy: 'Run "suture scan" to see the ids; an advisory id, alias or package name will do too.',
  });
}

async function baseOf(directory: string, options: PatchOptions): Promise<Base> {
  const repository = await openRepository(directory);
  if (repository === undefined || options.mode === 'apply') {
    if (repository === undefined && options.mode === 'branch') {
      throw new SutureError('not-a-repository', `${directory} is not in a git repository`, {
        remedy: 'Use --apply to change the files in place, or --dry-run to only see the patch.',
      });
    }
    return { kind: 'directory', directory };
  }
  const under = relative(repository.root, await realpath(directory));
  return { kind: 'commit', repository, commit: await repository.head(), under };
}

/** What a change's id is bound to: the commit, else the lockfile as it was. */
async function baseKey(base: Base, lockfile: string, copies: ProjectCopies): Promise<string> {
  if (base.kind === 'commit') return base.commit;
  return fingerprint([(await fileTree(copies.pristine).read(lockfile)) ?? '']);
}

function reportOf(
  scanned: DirectoryScan,
  outcome: LockfileOutcome,
  handed: HandOver,
  services: Services,
): PatchReport {
  const { components: _, graphs: __, findings, ...asset } = scanned.asset;
  return {
    tool: services.tool,
    asset,
    findings,
    changes: [...handed.changes, ...outcome.abstained],
    unfixed: outcome.unfixed,
    fell: outcome.fell,
    problems: [...scanned.problems, ...outcome.problems, ...handed.problems],
    ...(handed.branch === undefined ? {} : { branch: handed.branch }),
    generatedAt: services.clock.now().toISOString(),
  };
}
