import { SutureError } from '../domain/error.ts';
import { acquireFileLock } from '../platform/file-lock.ts';

/**
 * Only one sync writes an index at a time; see `acquireFileLock`.
 *
 * @param onWait called once, when another process holds it.
 * @throws SutureError `sync-busy` when it is still held after `waitMs`.
 */
export async function acquireLock(
  path: string,
  options: { readonly waitMs: number; readonly onWait?: (pid: number) => void },
): Promise<AsyncDisposable> {
  return await acquireFileLock(path, {
    ...options,
    busy: (pid) =>
      new SutureError('sync-busy', `another sync is running (process ${pid})`, {
        remedy: 'Wait until it is done, or end it, and run `suture sync` again.',
      }),
  });
}
