import type { ChainReport } from '../domain/chain-walk.ts';
import { neutralise } from '../domain/neutralise.ts';

/** What a verification saw, and on whose word. */
export interface AuditCheck extends ChainReport {
  /** Seq of the first decision looked at. */
  readonly from: number;
  readonly keysFrom: 'you' | 'this machine' | 'the file itself';
}

/** For a person. The first line says it all; the first fault is the one to look at. */
export function describeCheck(check: AuditCheck): string {
  const lines = check.intact ? intact(check) : broken(check);
  if (check.notCovered.length > 0) {
    const seqs = check.notCovered.map(({ seq }) => seq).join(', ');
    lines.push(`Says nothing of your checkpoint of decision ${seqs}: that lies before its first.`);
  }
  return lines.map((line) => line.replace(/^( *)(.*)$/s, indented)).join('\n');
}

/** Cleans a line and keeps how far it is indented. */
function indented(_line: string, indent: string, text: string): string {
  return indent + neutralise(text);
}

function intact({ decisions, from, head, checkpoints, lastCheckpoint, keysFrom }: AuditCheck) {
  const range = decisions === 0 ? 'nothing is recorded' : `decisions ${from} to ${head.seq}`;
  const lines = [`Intact: ${range}, ${checkpoints} checkpoints.`];
  if (from > 1 && decisions > 0) {
    lines.push(`It begins at ${from}: what was before is not in it, and not verified.`);
  }
  if (lastCheckpoint === undefined) {
    lines.push('No signature covers any of it: whoever can write the database can rewrite it.');
    return lines;
  }
  const { seq, at, keyId } = lastCheckpoint;
  lines.push(`Up to decision ${seq} it is as key ${keyId.slice(0, 16)} signed it at ${at}.`);
  if (seq < head.seq) lines.push(`Decisions ${seq + 1} to ${head.seq} are not signed yet.`);
  if (keysFrom === 'the file itself') {
    lines.push('The key is the file’s own word. Hold it to the real one with --key FILE.');
  }
  return lines;
}

const SHOWN = 10;

function broken({ faults, faultCount, lastCheckpoint }: AuditCheck) {
  const lines = faults
    .slice(0, SHOWN)
    .map(({ message, line }) => `  ${line === undefined ? '' : `line ${line}: `}${message}`);
  const more = faultCount - lines.length;
  return [
    `BROKEN at decision ${faults[0]?.seq ?? 0}.`,
    ...lines,
    ...(more > 0 ? [`  and ${more} more, which may follow from the first`] : []),
    ...(lastCheckpoint === undefined
      ? []
      : [`Up to decision ${lastCheckpoint.seq} it is as it was signed at ${lastCheckpoint.at}.`]),
  ];
}
