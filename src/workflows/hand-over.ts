import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerifiedChange } from '../domain/change.ts';
import { SutureError } from '../domain/error.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { Problem } from '../domain/problem.ts';
import { writeFileAtomic } from '../platform/atomic-write.ts';
import { type ChangedFiles, keepEvidence, sha256 } from '../platform/evidence-store.ts';
import { signingKey } from '../platform/keys.ts';
import { recordVerdict } from '../platform/outcome-log.ts';
import type { AdvisoryIndex } from '../ports/advisory-index.ts';
import { commitMessage } from '../stages/report/change-message.ts';
import {
  type EvidenceStatement,
  evidenceStatement,
  type VerificationEnvironment,
} from '../stages/verify/statement.ts';
import type { AcceptedChange, PatchOptions } from './patch-types.ts';
import type { Base } from './project-copies.ts';
import type { DirectoryScan } from './scan.ts';
import type { Services } from './services.ts';

export interface HandOver {
  readonly changes: readonly VerifiedChange[];
  readonly branch?: string;
  readonly problems: readonly Problem[];
}

interface HandOverTask {
  readonly base: Base;
  readonly options: PatchOptions;
  readonly scanned: DirectoryScan;
  readonly index: AdvisoryIndex;
  readonly services: Services;
}

/**
 * Leaves accepted changes where the user asked for them, with signed evidence. Everything before
 * the last step is invisible (objects without a reference, files by rename), so a crash leaves
 * either nothing or all, and a second run finds what the first one left.
 */
export async function handOver(
  changes: readonly AcceptedChange[],
  task: HandOverTask,
): Promise<HandOver> {
  if (changes.length === 0) return { changes: [], problems: [] };
  const { base, options } = task;
  if (options.mode === 'branch' && base.kind === 'commit')
    return await toBranch(changes, base, task);
  if (options.mode === 'apply' && base.kind === 'directory') {
    await toWorkingTree(changes, base.directory);
  }
  const problems: Problem[] = [];
  const handed: VerifiedChange[] = [];
  for (const change of changes) {
    handed.push(await withEvidence(change, change.files, {}, task));
  }
  return { changes: handed, problems };
}

type CommitBase = Extract<Base, { kind: 'commit' }>;

async function toBranch(
  changes: readonly AcceptedChange[],
  base: CommitBase,
  task: HandOverTask,
): Promise<HandOver> {
  const { repository } = base;
  const wanted: { change: AcceptedChange; files: ChangedFiles; commit: string }[] = [];
  let parent = base.commit;
  for (const change of changes) {
    const files = under(base.under, change.files);
    const message = commitMessage(changeShown(change), task.scanned.asset.findings);
    parent = await repository.commit({ parent, files, message });
    wanted.push({ change, files, commit: parent });
  }
  const ids = changes.map(({ change }) => change.id);
  const name = `suture/fix-${fingerprint([base.commit, ...ids]).slice(0, 10)}`;
  const problems = await uncommittedWork(changes, base);
  for (;;) {
    const place = await placeFor(
      name,
      wanted.map(({ commit }) => commit),
      base,
    );
    const { branch, existing } = place;
    const handed: VerifiedChange[] = [];
    for (const [position, { change, files, commit }] of wanted.entries()) {
      const where = { branch, commit: existing?.[position] ?? commit };
      handed.push(await withEvidence(change, files, where, task));
    }
    if (existing !== undefined) return { changes: handed, branch, problems };
    try {
      await repository.setBranch(branch, parent, undefined);
      return { changes: handed, branch, problems };
    } catch (error) {
      // Another run put its branch there meanwhile: look again what it holds.
      if ((await repository.branch(branch)) === undefined) throw error;
    }
  }
}

/**
 * The branch these commits go to. One that an earlier run left with the same trees is found again,
 * with its commits and whatever a person put on top of them; one that holds anything else is not
 * ours to move, so the next free name is taken.
 */
async function placeFor(
  name: string,
  commits: readonly string[],
  { repository, commit: base }: CommitBase,
): Promise<{ readonly branch: string; readonly existing?: readonly string[] }> {
  const trees = (list: readonly string[]) => Promise.all(list.map((id) => repository.treeOf(id)));
  const wanted = (await trees(commits)).join();
  for (let turn = 1; ; turn += 1) {
    const branch = turn === 1 ? name : `${name}-${turn}`;
    const tip = await repository.branch(branch);
    if (tip === undefined) return { branch };
    const ours = (await repository.commitsBetween(base, tip)).slice(0, commits.length);
    if ((await trees(ours)).join() === wanted) return { branch, existing: ours };
  }
}

/** Changed files relative to the repository's root instead of the project's. */
export function under(folder: string, files: ChangedFiles): ChangedFiles {
  if (folder === '') return files;
  return new Map([...files].map(([path, content]) => [`${folder}/${path}`, content]));
}

/** The patch starts from HEAD: say so when the files it changes look different on disk. */
async function uncommittedWork(
  changes: readonly AcceptedChange[],
  base: CommitBase,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const path of new Set(
    changes.flatMap(({ files }) => [...under(base.under, files).keys()]),
  )) {
    const onDisk = await readFile(join(base.repository.root, path), 'utf8').catch(() => undefined);
    const committed = await base.repository.fileAt(base.commit, path);
    if (onDisk === undefined || onDisk === committed) continue;
    problems.push({
      severity: 'warning',
      file: path,
      message: 'Has uncommitted changes; the branch starts from the last commit without them.',
    });
  }
  return problems;
}

async function toWorkingTree(changes: readonly AcceptedChange[], directory: string): Promise<void> {
  for (const { files, ground } of changes) {
    for (const path of files.keys()) {
      const now = await readFile(join(directory, path), 'utf8').catch(() => undefined);
      const then = await readFile(join(ground.copies.pristine, path), 'utf8').catch(
        () => undefined,
      );
      if (now === then) continue;
      throw new SutureError(
        'changed-meanwhile',
        `${path} changed while the patch was being proven`,
        {
          remedy: 'Nothing was applied. Run again.',
        },
      );
    }
  }
  for (const { files } of changes) {
    for (const [path, content] of files) {
      if (content === undefined) await rm(join(directory, path), { force: true });
      else await writeFileAtomic(join(directory, path), content);
    }
  }
}

/** An accepted change as reports show it. */
export function changeShown(accepted: AcceptedChange): VerifiedChange {
  const { change, files, verification, confidence } = accepted;
  return { ...change, files: [...files.keys()].sort(), verification, confidence, accepted: true };
}

async function withEvidence(
  accepted: AcceptedChange,
  files: ChangedFiles,
  where: { readonly branch?: string; readonly commit?: string },
  task: HandOverTask,
): Promise<VerifiedChange> {
  const { services } = task;
  const { change, verification, confidence } = accepted;
  const createdAt = services.clock.now().toISOString();
  const statement = await statementOf(accepted, files, createdAt, task, where.commit);
  const key = await signingKey(services.home);
  const evidence = await keepEvidence(services.home, change.id, statement, files, key);
  await recordVerdict(services.home, {
    change: change.id,
    at: createdAt,
    verification,
    confidence,
  });
  return { ...changeShown(accepted), ...where, evidence };
}

/** What the evidence of an accepted change says, before it is signed. */
export async function statementOf(
  accepted: AcceptedChange,
  files: ChangedFiles,
  createdAt: string,
  task: Pick<HandOverTask, 'base' | 'scanned' | 'index' | 'services'>,
  commit?: string,
): Promise<EvidenceStatement> {
  const { services, scanned, base, index } = task;
  const { change, ground, verification, confidence } = accepted;
  const { id, name } = scanned.asset;
  const pristine = await readFile(join(ground.copies.pristine, change.lockfile), 'utf8');
  return evidenceStatement(
    {
      tool: services.tool,
      asset: { id, name },
      base: {
        ...(base.kind === 'commit' ? { commit: base.commit } : {}),
        lockfile: change.lockfile,
        lockfileSha256: sha256(pristine),
      },
      change: {
        id: change.id,
        remedies: change.remedies,
        closes: change.closes,
        ...(change.partly === undefined ? {} : { partly: change.partly }),
        signs: change.signs,
      },
      environment: await environmentOf(accepted),
      commands: accepted.commands,
      verification,
      confidence,
      feeds: index.feeds(),
      createdAt,
    },
    [...files].flatMap(([path, content]) =>
      content === undefined ? [] : [{ name: path, sha256: sha256(content) }],
    ),
    commit,
  );
}

async function environmentOf(
  accepted: AcceptedChange,
): Promise<VerificationEnvironment & { sha256: string }> {
  const { ground } = accepted;
  const { patcher, copies, folder } = ground;
  const version = await patcher.version(join(copies.pristine, folder));
  const environment = {
    platform: process.platform,
    architecture: process.arch,
    node: process.versions.node,
    sandbox: await (await ground.sandbox()).describe(),
    packageManager: `${patcher.manager} ${version}`,
  };
  return { ...environment, sha256: sha256(JSON.stringify(environment)) };
}
