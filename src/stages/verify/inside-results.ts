import { z } from 'zod';
import { neutralise } from '../../domain/neutralise.ts';
import type { TestOutcome } from '../../domain/verification.ts';
import type { Observation } from './inside/observation.ts';
import type { ServiceRun } from './project-run.ts';

/*
 * What programs inside the sandbox say is data of an untrusted project: checked for shape, cleaned
 * of what a terminal or a CI system would obey, and never an object with a prototype of its own.
 */
const outcome = z.enum(['passed', 'failed', 'skipped']);
const count = z.number().nonnegative().finite();

const observationSchema = z.object({
  runners: z.array(z.string().max(40)).max(10),
  tests: z.record(z.string(), outcome),
  uncovered: count,
  coverage: z.record(z.string(), z.object({ functionsRun: count, functionsSeen: count })),
});

const serviceSchema = z.object({
  started: z.boolean(),
  http: z.array(
    z.object({ path: z.string(), expected: z.number(), status: z.number().nullable() }),
  ),
  load: z
    .object({ requests: count, errors: count, p50: count, p99: count, requestsPerSecond: count })
    .optional(),
});

export function readObservation(value: unknown): Observation | undefined {
  const read = observationSchema.safeParse(value);
  if (!read.success) return undefined;
  return {
    runners: read.data.runners.map((name) => neutralise(name)),
    tests: cleaned(read.data.tests),
    uncovered: read.data.uncovered,
    coverage: read.data.coverage,
  };
}

export function readLoads(value: unknown): Readonly<Record<string, TestOutcome>> {
  const read = z.record(z.string(), outcome).safeParse(value);
  return read.success ? cleaned(read.data) : {};
}

export function readService(value: unknown): ServiceRun | undefined {
  const read = serviceSchema.safeParse(value);
  if (!read.success) return undefined;
  const { load, ...rest } = read.data;
  return load === undefined ? rest : { ...rest, load };
}

function cleaned(tests: Readonly<Record<string, TestOutcome>>): Record<string, TestOutcome> {
  return Object.fromEntries(
    Object.entries(tests).map(([name, result]) => [neutralise(name), result]),
  );
}
