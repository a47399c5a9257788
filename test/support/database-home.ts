import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathKind } from '../../src/platform/path-kind.ts';
import { startPostgres } from '../../src/platform/postgres/server.ts';

export interface DatabaseHome extends AsyncDisposable {
  readonly path: string;
  /** Process id of its running server, by the server's own file. */
  postmaster(): Promise<number>;
}

/** An empty SUTURE_HOME for a database of its own; its server is ended and it goes when disposed. */
export async function databaseHome(): Promise<DatabaseHome> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'suture-home-')));
  // As root the server runs as somebody else, who must get there.
  await chmod(path, 0o711);
  return {
    path,
    postmaster: async () =>
      Number((await readFile(join(path, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]),
    [Symbol.asyncDispose]: async () => {
      if ((await pathKind(join(path, 'postgres/data'))) !== undefined) {
        // Nothing to end where a test broke the folder on purpose.
        await startPostgres({ home: path }).then(
          (server) => server.stop(),
          () => {},
        );
      }
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
