import { createHash } from 'node:crypto';
import { fingerprint } from '../../domain/fingerprint.ts';
import { signStatement } from '../../platform/evidence-store.ts';
import type { AdvisoryIndex } from '../../ports/advisory-index.ts';
import { commitMessage } from '../../stages/report/change-message.ts';
import type { NewChange } from '../../store/changes.ts';
import type { Remediation } from '../../store/remediations.ts';
import { changeShown, statementOf, under } from '../hand-over.ts';
import type { AcceptedChange } from '../patch-types.ts';
import type { Base } from '../project-copies.ts';
import type { DirectoryScan } from '../scan.ts';
import type { Control } from './control.ts';
import { committer } from './repository.ts';

/** What changes are made from. */
export interface ProofTask {
  readonly control: Control;
  readonly run: Remediation;
  readonly base: Extract<Base, { kind: 'commit' }>;
  readonly scanned: DirectoryScan;
  readonly index: AdvisoryIndex;
}

type Diff = (
  from: string,
  to: string,
) => Promise<{ readonly diff: string; readonly truncated: boolean }>;

/**
 * Makes commits and signed evidence of what was proven. Nothing becomes visible by it. Changes that
 * may be handed over are on top of each other, in order; one that is withheld stands by itself.
 */
export async function provenChanges(
  task: ProofTask,
  proven: readonly { readonly accepted: AcceptedChange; readonly withheld: boolean }[],
  diffBetween: Diff,
): Promise<readonly NewChange[]> {
  const { base, run, scanned, control } = task;
  const made: NewChange[] = [];
  let parent = base.commit;
  for (const { accepted, withheld } of proven) {
    const from = withheld ? base.commit : parent;
    const files = under(base.under, accepted.files);
    const message = commitMessage(changeShown(accepted), scanned.asset.findings);
    const commit = await base.repository.commit({
      parent: from,
      files,
      message,
      by: committer(run.startedAt),
    });
    if (!withheld) parent = commit;
    const now = control.services.clock.now().toISOString();
    const statement = await statementOf(
      accepted,
      files,
      now,
      { ...task, services: control.services },
      commit,
    );
    const evidence = signStatement(statement, control.key);
    const { diff, truncated } = await diffBetween(from, commit);
    const branch = `suture/fix-${fingerprint([run.id, accepted.change.id]).slice(0, 10)}`;
    const shown = { ...changeShown(accepted), branch, commit };
    const closes = new Set(accepted.change.closes);
    made.push({
      id: accepted.change.id,
      position: made.length,
      state: withheld ? 'withheld' : 'observed',
      title: titleOf(message),
      lockfile: accepted.change.lockfile,
      closes: accepted.change.closes,
      files: [...files.keys()].sort(),
      baseCommit: from,
      branch,
      commit,
      contents: Object.fromEntries([...files].map(([path, text]) => [path, text ?? null])),
      message,
      committedAt: run.startedAt,
      detail: withheld ? { ...shown, accepted: false } : shown,
      closing: scanned.asset.findings.filter(({ id }) => closes.has(id)),
      diff,
      diffTruncated: truncated,
      evidence,
      evidenceSha256: createHash('sha256')
        .update(Buffer.from(evidence.payload, 'base64'))
        .digest('hex'),
    });
  }
  return made;
}

/** The commit's subject without its mark. */
function titleOf(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/^\[security\] /, '');
}
