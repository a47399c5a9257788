import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, readlink, realpath, stat, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SutureError } from '../../domain/error.ts';
import { type ServiceUser, serviceUser } from './service-user.ts';

/** Where a home's server lives, and whom it runs as. */
export interface Place {
  /** Real path of the folder that all of it is in. */
  readonly root: string;
  readonly data: string;
  /** Folder of the Unix socket, `.s.PGSQL.5432`. */
  readonly sockets: string;
  /** `undefined`: as ourselves. */
  readonly user: ServiceUser | undefined;
}

/** `sun_path` holds 104 bytes on macOS and 108 on Linux; the socket's own name takes 14. */
const MAX_SOCKET_FOLDER_BYTES = 88;

/** Finds or makes the folders of a home's server. */
export async function preparePlace(home: string): Promise<Place> {
  await mkdir(home, { recursive: true });
  const wanted = join(await realpath(home), 'postgres');
  const user = await serviceUser(join(wanted, 'data'));
  const root = await rootFolder(wanted, user);
  // Root's helper must get through, and nobody else has anything to see.
  await chmod(root, user === undefined ? 0o700 : 0o711);
  const sockets = socketFolder(root, user);
  await ownFolder(sockets, user);
  return { root, data: join(root, 'data'), sockets, user };
}

/** Makes a folder that only the server's user can look into. */
export async function ownFolder(path: string, user: ServiceUser | undefined): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
    if (user !== undefined) await chown(path, user.uid, user.gid);
    return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = await lstat(path);
  const us = process.getuid?.() ?? 0;
  const ours = found.uid === us || found.uid === user?.uid;
  // In a folder that all may write to, somebody else could have been first.
  if (!found.isDirectory() || !ours || (found.mode & 0o077) !== 0) {
    throw new SutureError(
      'postgres-folder-taken',
      `${path} is not a folder that only the database's user can look into`,
      { remedy: 'Somebody else made it. Remove it, or choose a shorter SUTURE_HOME.' },
    );
  }
  if (user !== undefined && found.uid !== user.uid) await chown(path, user.uid, user.gid);
}

/**
 * `home`/postgres, unless root runs it for a user who cannot get there (a home below /root): then it
 * is a link to a folder of its own under /var/lib.
 */
async function rootFolder(wanted: string, user: ServiceUser | undefined): Promise<string> {
  const found = await lstat(wanted).catch(() => undefined);
  if (found === undefined && user !== undefined && !(await reachable(dirname(wanted), user))) {
    await symlink(join('/var/lib/suture', shortHash(wanted)), wanted).catch(ignoreExisting);
  }
  const link = await readlink(wanted).catch(() => undefined);
  const root = link === undefined ? wanted : resolve(dirname(wanted), link);
  await mkdir(root, { recursive: true, mode: 0o711 });
  return await realpath(root);
}

/** Whether a user may go through all of these folders, by their modes. */
async function reachable(folder: string, user: ServiceUser): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** Beside the data, where nobody else can be first; somewhere shorter when that path is too long. */
function socketFolder(root: string, user: ServiceUser | undefined): string {
  const beside = join(root, 'run');
  if (Buffer.byteLength(beside) <= MAX_SOCKET_FOLDER_BYTES) return beside;
  const runtime = user === undefined ? process.env['XDG_RUNTIME_DIR'] : undefined;
  const short = join(runtime ?? '/tmp', `suture-${shortHash(root)}`);
  return Buffer.byteLength(short) <= MAX_SOCKET_FOLDER_BYTES
    ? short
    : join('/tmp', `suture-${shortHash(root)}`);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
