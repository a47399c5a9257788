import { constants } from 'node:os';

/**
 * What a sandbox's own exit code says of the command inside. bubblewrap, Docker and Podman report
 * a command that died by signal n as 128 + n, as shells do (POSIX 2.8.2).
 */
export function exitStatus(code: number | null): { exitCode: number | null; signal?: string } {
  if (code === null || code <= 128) return { exitCode: code };
  const signal = signalNames.get(code - 128);
  return signal === undefined ? { exitCode: code } : { exitCode: null, signal };
}

const signalNames: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals)
    // IOT and POLL are second names of ABRT and IO.
    .filter(([name]) => name !== 'SIGIOT' && name !== 'SIGPOLL')
    .map(([name, number]) => [number, name]),
);
