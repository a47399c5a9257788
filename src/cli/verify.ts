import type { Command } from 'commander';
import { neutralise } from '../domain/neutralise.ts';
import type { Services } from '../workflows/services.ts';
import type { EvidenceCheck } from '../workflows/verify-evidence.ts';
import { clearProgress, print, say } from './terminal.ts';

interface Flags {
  readonly key?: string;
  readonly replay: boolean;
  readonly repository: string;
  readonly unsandboxed: boolean;
}

export function verifyCommand(program: Command, services: Services): void {
  program
    .command('verify')
    .description('check the signature of a piece of evidence; with --replay run it all again')
    .argument('<evidence>', 'a statement.dsse.json that "suture patch" wrote')
    .option('--key <file>', "the signer's public key (default: this machine's)")
    .option('--replay', 'run baseline and patched copy again and compare', false)
    .option('--repository <dir>', 'where the base commit is, for --replay', '.')
    .option('--unsandboxed', 'DANGEROUS: replay without isolation', false)
    .action(async (evidence: string, flags: Flags) => {
      if (flags.unsandboxed) say('warning: --unsandboxed: replaying without isolation.');
      const { verifyEvidence } = await import('../workflows/verify-evidence.ts');
      const { repository, unsandboxed } = flags;
      const check = await verifyEvidence(
        evidence,
        {
          ...(flags.key === undefined ? {} : { keyFile: flags.key }),
          ...(flags.replay ? { replay: { repository, unsandboxed } } : {}),
        },
        services,
      );
      clearProgress();
      await print(describe(check));
      process.exitCode = (check.replay?.differences.length ?? 0) > 0 ? 1 : 0;
    });
}

function describe({ statement, keyId, replay }: EvidenceCheck): string {
  const { predicate } = statement;
  const { verification, confidence, change, base } = predicate;
  const lines = [
    `Signature good: key ${keyId.slice(0, 16)}, ${predicate.createdAt}`,
    `Change ${change.id} on ${predicate.asset.name}${base.commit === undefined ? '' : `, from commit ${base.commit.slice(0, 12)}`}`,
    ...change.remedies.map(
      ({ kind, package: name, from, to }) =>
        `  ${kind} ${name} ${from}${to === undefined ? '' : ` → ${to}`}`,
    ),
    `Closes ${change.closes.length} findings; verdict ${verification.verdict}, confidence ${confidence.value.toFixed(2)}`,
    `  ${verification.because}`,
  ];
  if (replay !== undefined) {
    lines.push(
      replay.differences.length === 0
        ? `Replay agrees: ${replay.verdict}. ${replay.because}`
        : `Replay DIFFERS: ${replay.verdict}. ${replay.because}`,
      ...replay.differences.map((difference) => `  ${difference}`),
    );
  }
  return lines
    .map((line) => line.replace(/^( *)(.*)$/, (_, indent, text) => indent + neutralise(text)))
    .join('\n');
}
