import { readFile, stat } from 'node:fs/promises';
import { SutureError } from '../../domain/error.ts';

/** Whom the server runs as, when not as ourselves. */
export interface ServiceUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** `_postgres` is what macOS calls it. */
const CANDIDATES = ['postgres', '_postgres', 'nobody'];

/**
 * PostgreSQL refuses to run as root, so root hands it to another user: the owner of the data where
 * there is some, else `postgres` where the system has one, else `nobody`.
 *
 * @returns `undefined` when we are not root: the server runs as we do
 * @throws SutureError `postgres-no-user` when there is nobody to run it
 */
export async function serviceUser(data: string): Promise<ServiceUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(data).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  }
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8').catch(() => ''));
  for (const name of CANDIDATES) {
    const account = accounts.find((known) => known.name === name && known.uid > 0);
    if (account !== undefined) return account;
  }
  throw new SutureError(
    'postgres-no-user',
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody"',
    {
      remedy:
        'Start suture as another user, add a user "postgres", or use a server of yours: --database URL.',
    },
  );
}

function parseAccounts(passwd: string): readonly ServiceUser[] {
  return passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (name === undefined || uid === undefined || gid === undefined) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}
