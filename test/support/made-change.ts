import type { Finding } from '../../src/domain/finding.ts';
import { addChanges } from '../../src/store/changes.ts';
import type { Store } from '../../src/store/database.ts';
import { recordFindings } from '../../src/store/findings.ts';
import { madeFinding } from './made-finding.ts';
import { madeChange } from './policy-case.ts';

/** A proven change with its findings, as the pipeline stores one; nobody has decided about it. */
export async function storedChange(
  store: Store,
  given: { readonly id: string; readonly assetId: string; readonly now: string },
): Promise<{ readonly id: string; readonly findings: readonly Finding[] }> {
  const { id, assetId, now } = given;
  const findings = [madeFinding({ asset: id, name: `package-${id}` })];
  await recordFindings(store, {
    assetId,
    scanId: '1',
    findings,
    whole: false,
    now,
  });
  const remediation = { id: `remediation-${id}`, assetId };
  await store
    .insertInto('remediation')
    .values({
      id: remediation.id,
      asset_id: assetId,
      work_key: id,
      trigger: 'scan',
      state: 'waiting',
      finding_ids: findings.map((finding) => finding.id),
      policy_version: 1,
    })
    .execute();
  const detail = { ...madeChange({ remedies: [{ package: `package-${id}` }] }, findings), id };
  await addChanges(store, remediation, [
    {
      id,
      position: 0,
      state: 'observed',
      title: `Upgrade package-${id}`,
      closes: detail.closes,
      files: ['package-lock.json'],
      baseCommit: 'a'.repeat(40),
      branch: `suture/${id}`,
      commit: 'b'.repeat(40),
      contents: { 'package-lock.json': '{}' },
      message: 'Upgrade',
      committedAt: now,
      detail,
      closing: findings,
      lockfile: 'package-lock.json',
      diff: '--- a\n+++ b\n',
      diffTruncated: false,
      evidence: { payloadType: 'application/vnd.in-toto+json', payload: 'e30=', signatures: [] },
      evidenceSha256: 'c'.repeat(64),
    },
  ]);
  return { id, findings };
}
