import { readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, sep } from 'node:path';
import { SutureError } from '../domain/error.ts';
import { sutureHome } from './home.ts';

export interface CredentialOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Name of the host that it will be sent to. */
  readonly host?: string;
  /** The reference stands in the server's own configuration: the list is not asked. */
  readonly byOperator?: boolean;
  /** Told of what is unsafe but works, in words for the log; never the secret. */
  readonly warn?: (message: string) => void;
}

const MAX_BYTES = 64 * 1024;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The secret that a reference names: `env:NAME` or `file:/absolute/path` (one trailing line break
 * is not part of it). Resolve it where it is used and do not keep it.
 *
 * People who may configure Suture are not thereby allowed to read what was not put there for them:
 * only variables `SUTURE_SECRET_*` and files below the home's `secrets/` and `/run/secrets/` can be
 * referred to. `SUTURE_CREDENTIALS` (comma-separated `env:` and `file:` patterns with `*` at their
 * end, as `env:GIT_*,file:/etc/suture/git-token`) lists others instead; with `@HOST` behind it
 * (`env:GIT_*@git.example.org`) one is for that host alone. Never to be had, listed or not: other
 * `SUTURE_*` variables, the rest of Suture's home, `/proc`, `/dev` and `/sys`.
 *
 * @throws SutureError `credential-invalid`, `credential-refused`, `credential-missing`
 */
export async function resolveCredential(
  reference: string,
  options: CredentialOptions = {},
): Promise<string> {
  const environment = options.environment ?? process.env;
  const { kind, rest } = parsed(reference);
  const secret =
    kind === 'env'
      ? fromEnvironment(rest, environment, options)
      : await fromFile(rest, environment, options);
  if (secret === '') throw missing(reference, 'it is empty');
  return secret;
}

/**
 * Whether the text is a reference at all; says nothing of what it refers to.
 *
 * @throws SutureError `credential-invalid`
 */
export function checkCredentialReference(reference: string): void {
  parsed(reference);
}

function parsed(reference: string): { readonly kind: 'env' | 'file'; readonly rest: string } {
  const [, kind, rest = ''] = /^(env|file):(.+)$/.exec(reference) ?? [];
  if (kind === 'env' && NAME.test(rest)) return { kind, rest };
  if (kind === 'file' && isAbsolute(rest) && !rest.includes('\u0000')) return { kind, rest };
  // The text is not shown: it may be the secret itself, put into the wrong place.
  throw new SutureError('credential-invalid', 'A credential is given by reference', {
    remedy: 'Write env:NAME for an environment variable, or file:/absolute/path for a file.',
  });
}

function fromEnvironment(
  name: string,
  environment: NodeJS.ProcessEnv,
  options: CredentialOptions,
): string {
  const own = name.startsWith('SUTURE_') && !name.startsWith('SUTURE_SECRET_');
  if (own || !listed(`env:${name}`, environment, options)) throw refused(`env:${name}`);
  const value = environment[name];
  if (value === undefined) throw missing(`env:${name}`, 'it is not set');
  return value;
}

async function fromFile(
  path: string,
  environment: NodeJS.ProcessEnv,
  options: CredentialOptions,
): Promise<string> {
  const reference = `file:${path}`;
  if (!listed(reference, environment, options)) throw refused(reference);
  const actual = await realpath(path).catch(() => {
    throw missing(reference, 'there is no such file');
  });
  const home = await realpath(sutureHome(environment)).catch(() => sutureHome(environment));
  const own = within(actual, home) && !within(actual, join(home, 'secrets'));
  const machine = ['/proc', '/dev', '/sys'].some((folder) => within(actual, folder));
  if (own || machine) throw refused(reference);
  const { mode, size } = await stat(actual);
  const regular = (mode & 0o170000) === 0o100000;
  if (!regular || size > MAX_BYTES) throw missing(reference, 'it is no file with a secret');
  if ((mode & 0o007) !== 0) {
    options.warn?.(`${reference} can be read by everyone on this machine; run: chmod o= '${path}'`);
  }
  const text = await readFile(actual, 'utf8').catch(() => {
    throw missing(reference, 'it cannot be read');
  });
  return text.replace(/\r?\n$/, '');
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** Whether the operator's list, or the default one, has the reference for that host. */
function listed(
  reference: string,
  environment: NodeJS.ProcessEnv,
  { host, byOperator = false }: CredentialOptions,
): boolean {
  if (byOperator) return true;
  const given = environment['SUTURE_CREDENTIALS']?.trim();
  const list = given || defaultList(environment);
  // A path that goes up again is not below what its beginning says.
  if (reference.split('/').includes('..')) return false;
  return list.split(',').some((entry) => {
    const [, pattern = '', only] = /^(.*?)(?:@([^@/]+))?$/.exec(entry.trim()) ?? [];
    if (only !== undefined && only.toLowerCase() !== host?.toLowerCase()) return false;
    return pattern.endsWith('*')
      ? reference.startsWith(pattern.slice(0, -1))
      : reference === pattern;
  });
}

/** What is put there to be referred to. */
function defaultList(environment: NodeJS.ProcessEnv): string {
  const secrets = join(sutureHome(environment), 'secrets');
  return `env:SUTURE_SECRET_*,file:${secrets}/*,file:/run/secrets/*`;
}

function refused(reference: string): SutureError {
  return new SutureError('credential-refused', `${reference} must not be used as a credential`, {
    remedy:
      'Name the variable SUTURE_SECRET_…, put the file into secrets/ of $SUTURE_HOME, or have it listed in SUTURE_CREDENTIALS.',
  });
}

function missing(reference: string, why: string): SutureError {
  return new SutureError('credential-missing', `Credential ${reference}: ${why}`, {
    remedy: 'Set it where the server and its workers run, and restart them for a variable.',
  });
}
