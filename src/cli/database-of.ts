import { SutureError } from '../domain/error.ts';
import type { Log } from '../platform/log.ts';
import { redact } from '../platform/redact.ts';

export interface OpenDatabase {
  readonly url: string;
  readonly kind: 'embedded' | 'external';
  /** Leaves it; our own ends with the last process that leaves. */
  stop(): Promise<void>;
}

/**
 * The database that a command works on: the address given, else `$SUTURE_DATABASE_URL`, else the
 * home's own, which is started where it does not run yet.
 *
 * @throws SutureError `database-url-invalid`, or why the home's own cannot start
 */
export async function openDatabase(
  home: string,
  given: string | undefined,
  log: Log,
): Promise<OpenDatabase> {
  const url = given ?? process.env['SUTURE_DATABASE_URL'];
  if (url !== undefined && url !== '') {
    if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url.replace(/@\//, '@localhost/'))) {
      throw new SutureError('database-url-invalid', `${redact(url)} is not a PostgreSQL address`, {
        remedy: 'Give postgresql://USER:PASSWORD@HOST:5432/DATABASE.',
      });
    }
    return { url, kind: 'external', stop: () => Promise.resolve() };
  }
  const { startPostgres } = await import('../platform/postgres/server.ts');
  const server = await startPostgres({ home, log: (message) => log.info(message) });
  return { url: server.url, kind: 'embedded', stop: () => server.stop() };
}
