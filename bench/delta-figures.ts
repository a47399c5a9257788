import { readFileSync } from 'node:fs';

/** How long a question took. */
export interface Answer {
  readonly found: number;
  /** Milliseconds. */
  readonly cold: number;
  readonly warm: number;
  /** Milliseconds of processor, of this process and the server's; what is left on a busy machine. */
  readonly processor: number;
}

/** Milliseconds of processor so far, of this process and of another one. */
export function processorWith(pid: number): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + processorOf(pid);
}

/** Of another process, from Linux's /proc in hundredths of a second; 0 elsewhere. */
function processorOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

/** Warm, (cold) and [processor] milliseconds. */
export function shown({ warm, cold, processor }: Answer): string {
  return `${warm.toFixed(warm < 10 ? 1 : 0)} (${cold.toFixed(0)}) [${processor.toFixed(0)}]`;
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

export function row(...cells: readonly (string | number)[]): void {
  console.log(cells.map((cell) => String(cell).padEnd(17)).join(' '));
}
