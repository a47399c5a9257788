import { messageOf, SutureError } from '../../domain/error.ts';

/** What the server or initdb said when it gave up, as an error that a person can act on. */
export function startFailure(doing: string, output: string, place: string): SutureError {
  for (const { pattern, code, remedy } of KNOWN) {
    const said = lineWith(output, pattern);
    if (said !== undefined) return new SutureError(code, `${doing}: ${said}`, { remedy });
  }
  const said = lineWith(output, /FATAL|PANIC|error:/) ?? (output.trim().split('\n').at(-1) || '?');
  return new SutureError('postgres-failed', `${doing}: ${said}`, {
    remedy: `Its log is ${place}/postgresql.log. A server of yours works too: --database URL.`,
  });
}

/** What the system refused us (a full disk, a folder of somebody else), in the same words. */
export function asStartFailure(thrown: unknown, place: string): unknown {
  if (thrown instanceof SutureError || (thrown as NodeJS.ErrnoException).syscall === undefined) {
    return thrown;
  }
  return startFailure(`PostgreSQL in ${place} did not start`, messageOf(thrown), place);
}

const STILL_IN_USE = /shared memory block .* is still in use/;

const KNOWN: readonly { pattern: RegExp; code: string; remedy: string }[] = [
  {
    pattern: /no space left on device|disk quota exceeded/i,
    code: 'disk-full',
    remedy: 'Make room on the disk that SUTURE_HOME is on, and start again. Nothing is lost.',
  },
  {
    pattern: /permission denied|operation not permitted|read-only file system/i,
    code: 'postgres-folder-unreadable',
    remedy: 'Give the folder back to the user that the database runs as, and start again.',
  },
  {
    pattern: /Cannot allocate memory|could not map anonymous shared memory/,
    code: 'memory-short',
    remedy:
      'The machine has too little free memory for a database: stop something, or --database URL.',
  },
  {
    pattern: /could not look up effective user ID/,
    code: 'postgres-no-user',
    remedy: 'Run as a user that /etc/passwd knows, or use a server of yours: --database URL.',
  },
  {
    pattern: STILL_IN_USE,
    code: 'postgres-in-use',
    remedy: 'Processes of an earlier server still hold the data: wait for them, or end them.',
  },
];

/** Children of a killed postmaster notice within moments; until then the data cannot be opened. */
export function isStillInUse(output: string): boolean {
  return STILL_IN_USE.test(output);
}

function lineWith(output: string, pattern: RegExp): string | undefined {
  return output
    .split('\n')
    .find((line) => pattern.test(line))
    ?.trim();
}
