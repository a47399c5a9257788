import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SutureError } from '../domain/error.ts';
import type { Verdict } from '../domain/verification.ts';
import {
  type ChangedFiles,
  evidenceFiles,
  openEvidence,
  sha256,
} from '../platform/evidence-store.ts';
import { fileTree } from '../platform/file-tree.ts';
import { openRepository } from '../platform/git.ts';
import { verifyingKey } from '../platform/keys.ts';
import { readConfiguration } from '../stages/configure/configuration.ts';
import { componentsOf } from '../stages/discover/components.ts';
import { matchComponents } from '../stages/match/match.ts';
import { exploitsMeant } from '../stages/verify/exploits-meant.ts';
import { judge } from '../stages/verify/judge.ts';
import { compareScans } from '../stages/verify/rescan.ts';
import type { ProjectRun } from '../stages/verify/run-project.ts';
import { type EvidenceStatement, parseStatement } from '../stages/verify/statement.ts';
import { projectCopies } from './project-copies.ts';
import type { Services } from './services.ts';
import { changedPackages, runCopy } from './trial.ts';

export interface EvidenceCheck {
  readonly statement: EvidenceStatement;
  /** Key that signed it. */
  readonly keyId: string;
  readonly replay?: Replay;
}

interface Replay {
  readonly verdict: Verdict;
  readonly because: string;
  /** What came out differently than the evidence says; empty when it held. */
  readonly differences: readonly string[];
}

export interface ReplayOptions {
  /** Where the base commit is. */
  readonly repository: string;
  readonly unsandboxed: boolean;
}

/**
 * Checks an evidence file: signature, and that the kept files are the signed ones. With `replay`
 * everything is run again from the base commit, and what differs is listed.
 */
export async function verifyEvidence(
  path: string,
  options: { readonly keyFile?: string; readonly replay?: ReplayOptions },
  services: Services,
): Promise<EvidenceCheck> {
  const key = await verifyingKey(services.home, options.keyFile);
  const statement = parseStatement(await openEvidence(path, key));
  if (statement === undefined) {
    throw new SutureError('evidence-unreadable', `${path} is signed, but is no verification`, {
      remedy: 'Give the statement.dsse.json of a change.',
    });
  }
  const files = await evidenceFiles(path);
  checkFiles(statement, files);
  if (options.replay === undefined) return { statement, keyId: key.id };
  return {
    statement,
    keyId: key.id,
    replay: await replay(statement, files, options.replay, services),
  };
}

/** Every signed file is there as signed, and nothing that was not signed beside it. */
function checkFiles(statement: EvidenceStatement, files: ChangedFiles): void {
  const signed = new Set(
    statement.subject.filter(({ digest }) => 'sha256' in digest).map(({ name }) => name),
  );
  for (const [name, content] of files) {
    if (content === undefined || signed.has(name)) continue;
    throw new SutureError('evidence-forged', `${name} was never signed`, {
      remedy: 'Do not trust the files kept beside this evidence; take them from the commit.',
    });
  }
  for (const { name, digest } of statement.subject) {
    if (!('sha256' in digest)) continue;
    const content = files.get(name);
    if (content !== undefined && sha256(content) === digest.sha256) continue;
    throw new SutureError('evidence-forged', `${name} is not the file that was signed`, {
      remedy: 'Do not trust the files kept beside this evidence; take them from the commit.',
    });
  }
}

async function replay(
  { predicate }: EvidenceStatement,
  files: ChangedFiles,
  options: ReplayOptions,
  services: Services,
): Promise<Replay> {
  const { base, change, verification } = predicate;
  const repository = await openRepository(options.repository);
  if (repository === undefined || base.commit === undefined) {
    throw new SutureError('replay-impossible', 'There is no commit to replay from', {
      remedy: 'Evidence of a patch made outside git can be checked, not replayed.',
    });
  }
  if ((await repository.resolve(base.commit)) === undefined) {
    throw new SutureError('replay-impossible', `${repository.root} has no commit ${base.commit}`, {
      remedy: 'Fetch it, or name the repository with --repository DIR.',
    });
  }
  const index = services.openIndex();
  try {
    await using copies = await projectCopies({
      kind: 'commit',
      repository,
      commit: base.commit,
      under: '',
    });
    const root = locate(base.lockfile, files);
    const lockfile = root === '' ? base.lockfile : `${root}/${base.lockfile}`;
    const folder = dirname(lockfile) === '.' ? '' : dirname(lockfile);
    const name = lockfile.slice(lockfile.lastIndexOf('/') + 1);
    const ecosystem = services.ecosystems.find(({ lockfiles }) =>
      lockfiles.some(({ fileNames }) => fileNames.includes(name)),
    );
    const kind = ecosystem?.lockfiles.find(({ fileNames }) => fileNames.includes(name));
    const patched = await copies.make('patched');
    for (const [path, content] of files) await put(join(patched, path), content);

    const before = await ecosystem?.read(name, fileTree(join(copies.pristine, folder)));
    const after = await ecosystem?.read(name, fileTree(join(patched, folder)));
    const manager = before?.graph.manager ?? kind?.manager;
    const patcher = (await services.patchers()).find((candidate) => candidate.manager === manager);
    if (!ecosystem || !before || !after || !patcher) {
      throw new SutureError('replay-impossible', `${name} cannot be read or installed here`, {
        remedy: 'Use the version of Suture that made the evidence.',
      });
    }
    const { configuration } = await readConfiguration(
      await fileTree(join(copies.pristine, root)).read('suture.yaml'),
      'suture.yaml',
    );
    const ground = {
      patcher,
      sandbox: () => services.sandbox({ unsandboxed: options.unsandboxed }),
      checks: configuration.checks,
      progress: services.progress,
    };
    const matched = (graph: typeof before.graph) =>
      matchComponents(predicate.asset.id, componentsOf(graph, ecosystem), index, [ecosystem]);
    const found = matched(before.graph);
    const rescan = compareScans(found, matched(after.graph), [
      ...change.closes,
      ...(change.partly ?? []),
    ]);
    const baseline: ProjectRun[] = [];
    for (const turn of [1, 2]) {
      const copy = await copies.make(`baseline${turn}`);
      baseline.push(await runCopy(join(copy, folder), ground, turn === 1));
    }
    const again = judge({
      baseline,
      patched: await runCopy(join(patched, folder), ground, true),
      rescan,
      changed: changedPackages(before.graph, after.graph),
      stops: exploitsMeant(configuration.checks, found, rescan.closed),
    });
    return {
      verdict: again.verdict,
      because: again.because,
      differences: differences(verification, again),
    };
  } finally {
    await index.close();
  }
}

/** Evidence names the lockfile from the scanned folder, its files from the repository's root. */
function locate(lockfile: string, files: ChangedFiles): string {
  const path = [...files.keys()].find((name) => name === lockfile || name.endsWith(`/${lockfile}`));
  return path === undefined ? '' : path.slice(0, Math.max(0, path.length - lockfile.length - 1));
}

async function put(path: string, content: string | undefined): Promise<void> {
  if (content === undefined) return await rm(path, { force: true });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

type Judged = EvidenceStatement['predicate']['verification'];

function differences(then: Judged, now: Judged): string[] {
  const lists: [string, readonly string[], readonly string[]][] = [
    ['closed finding', then.rescan.closed, now.rescan.closed],
    [
      'regression',
      then.regressions.map(({ name }) => name),
      now.regressions.map(({ name }) => name),
    ],
    ['passing test', passing(then), passing(now)],
  ];
  const changed = lists.flatMap(([what, before, after]) => [
    ...before.filter((name) => !after.includes(name)).map((name) => `${what} is gone: ${name}`),
    ...after.filter((name) => !before.includes(name)).map((name) => `${what} is new: ${name}`),
  ]);
  return then.verdict === now.verdict
    ? changed
    : [`verdict was ${then.verdict}, is ${now.verdict}`, ...changed];
}

/** Flaky tests say nothing either time. */
function passing({ patched, flaky }: Judged): string[] {
  return Object.entries(patched.tests)
    .filter(([name, outcome]) => outcome === 'passed' && !flaky.includes(name))
    .map(([name]) => name);
}
