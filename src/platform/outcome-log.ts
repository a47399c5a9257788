import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutcomeRecord, RecordedOutcome } from '../domain/outcome.ts';
import type { Confidence, Verification } from '../domain/verification.ts';

/** Verdicts and what became of them, a line of JSON each, only ever appended. */
function logFile(home: string): string {
  return join(home, 'outcomes.jsonl');
}

export async function recordVerdict(
  home: string,
  seen: {
    readonly change: string;
    readonly at: string;
    readonly verification: Verification;
    readonly confidence: Confidence;
  },
): Promise<void> {
  const { change, at, verification, confidence } = seen;
  await append(home, {
    kind: 'verdict',
    change,
    at,
    verdict: verification.verdict,
    confidence: confidence.value,
    model: confidence.model,
    factors: Object.fromEntries(confidence.factors.map((f) => [f.name, f.contribution])),
  });
}

export async function recordOutcome(home: string, outcome: RecordedOutcome): Promise<void> {
  await append(home, outcome);
}

/** All records, oldest first. A line cut off by a crash is skipped. */
export async function readOutcomes(home: string): Promise<readonly OutcomeRecord[]> {
  const text = await readFile(logFile(home), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as OutcomeRecord];
    } catch {
      return [];
    }
  });
}

async function append(home: string, record: OutcomeRecord): Promise<void> {
  await mkdir(home, { recursive: true });
  // One write with O_APPEND: lines of two processes do not mix. The leading line break keeps a
  // line that a crash cut off from swallowing this one.
  await appendFile(logFile(home), `\n${JSON.stringify(record)}\n`);
}
