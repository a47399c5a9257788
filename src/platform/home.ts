import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * `$SUTURE_HOME`: where the advisory index, keys and evidence live. Default: the XDG data folder
 * (XDG Base Directory Specification 0.8), `~/.local/share/suture`.
 */
export function sutureHome(environment: NodeJS.ProcessEnv = process.env): string {
  const explicit = environment['SUTURE_HOME'];
  if (explicit) return resolve(explicit);
  const data = environment['XDG_DATA_HOME'];
  return join(data || join(homedir(), '.local', 'share'), 'suture');
}
