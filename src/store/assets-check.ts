import { Cron } from 'croner';
import { CONTEXT_VALUES } from '../domain/context.ts';
import type { AssetRegistration, ContextName } from '../domain/managed-asset.ts';
import { checkLocation, invalid, nameFromLocation } from './assets-location.ts';

/** A registration that is fit to be kept, with what it left out filled in. */
export interface CheckedRegistration {
  readonly identity: string;
  readonly kind: AssetRegistration['kind'];
  readonly name: string;
  /** The name was given, not made from the location. */
  readonly named: boolean;
  readonly location?: string;
  readonly folder: string;
  readonly branch?: string;
  readonly credential?: string;
  readonly owners?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly schedule?: string;
  readonly context: Readonly<Partial<Record<ContextName, string | number>>>;
}

const MAX_TEXT = 500;
const MAX_ITEMS = 100;

/**
 * Checks everything about a registration that needs no look at the world: whether a path exists and
 * is a repository is the caller's to find out.
 *
 * @throws SutureError `asset-invalid`
 */
export function checkRegistration(given: AssetRegistration): CheckedRegistration {
  const location = given.location === undefined ? undefined : checkLocation(given.location, given);
  if (location === undefined && given.kind === 'repository') {
    throw invalid('a repository needs a location', 'Give its path or its git URL.');
  }
  const folder = checkFolder(given.folder ?? '');
  const branch = given.branch === undefined ? undefined : checkBranch(given.branch);
  const name = given.name?.trim() || nameFromLocation(location, { kind: given.kind, folder });
  if (name === undefined) throw invalid(`a ${given.kind} needs a name`, 'Give it a name.');
  checkText('name', name);
  return {
    identity: given.identity ?? identityOf({ ...given, name, location, folder, branch }),
    kind: given.kind,
    name,
    named: Boolean(given.name?.trim()),
    folder,
    ...(location !== undefined && { location }),
    ...(branch !== undefined && { branch }),
    ...(given.credential !== undefined && { credential: checkCredential(given.credential) }),
    ...(given.owners !== undefined && { owners: checkOwners(given.owners) }),
    ...(given.labels !== undefined && { labels: checkLabels(given.labels) }),
    ...(given.schedule !== undefined && { schedule: checkSchedule(given.schedule) }),
    context: checkContext(given.context ?? {}),
  };
}

/**
 * What the scanner calls it (`identify` in workflows/scan.ts): the remote and the folder in it. A
 * branch that is watched on its own is an asset of its own.
 */
function identityOf(asset: {
  readonly kind: AssetRegistration['kind'];
  readonly name: string;
  readonly location: string | undefined;
  readonly folder: string;
  readonly branch: string | undefined;
}): string {
  if (asset.kind !== 'repository') return `${asset.kind}:${asset.name}`;
  const place = (asset.location ?? '').replace(/\/+$/, '').replace(/\.git$/, '');
  const folder = asset.folder === '' ? '' : `/${asset.folder}`;
  return `repository:${place}${folder}${asset.branch === undefined ? '' : `#${asset.branch}`}`;
}

/** @throws SutureError `asset-invalid` */
export function checkSchedule(schedule: string): string {
  const wrong = (why: string) =>
    invalid(
      `the schedule "${schedule}" ${why}`,
      'Give minute, hour, day of month, month and day of week in UTC: "15 3 * * *" is every night at 3:15.',
    );
  let next: Date | null;
  try {
    next = new Cron(schedule, { mode: '5-part', timezone: 'UTC' }).nextRun();
  } catch (error) {
    throw wrong(`is no cron expression (${error instanceof Error ? error.message : 'unreadable'})`);
  }
  if (next === null) throw wrong('never comes to pass');
  return schedule;
}

/**
 * Only ever a reference. What was given is not repeated: it may well be the secret itself.
 *
 * @throws SutureError `asset-invalid`
 */
export function checkCredential(credential: string): string {
  if (/^env:[A-Za-z_][A-Za-z0-9_]*$/.test(credential)) return credential;
  if (/^file:\/\S/.test(credential) && !hasControl(credential)) return credential;
  throw invalid(
    'a credential is given by reference, never itself',
    'Put it into an environment variable of the server and give env:NAME, or into a file and give file:/absolute/path. If what you gave was the secret, it was not kept; change it all the same if others may have seen it.',
  );
}

/** @throws SutureError `asset-invalid` */
export function checkBranch(branch: string): string {
  // git-check-ref-format, as far as it keeps a branch from being an option or an expression.
  if (
    /^(?![-/.])(?!.*(\.\.|@\{|\/\/))[^\s~^:?*[\\]+(?<![/.])$/.test(branch) &&
    !hasControl(branch)
  ) {
    return checkText('branch', branch);
  }
  throw invalid(`"${branch}" is no branch name`, 'Give it as git does: main, release/1.x.');
}

function checkFolder(folder: string): string {
  const path = folder.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/+$/, '');
  if (path === '' || path === '.') return '';
  const outside = path.startsWith('/') || path.split('/').some((part) => part === '..' || !part);
  if (!outside) return checkText('folder', path);
  throw invalid(
    `the folder "${folder}" is not inside the repository`,
    'Give it relative to the repository’s root: services/shop.',
  );
}

/** @throws SutureError `asset-invalid` */
export function checkOwners(owners: readonly string[]): readonly string[] {
  const distinct = [
    ...new Set(owners.map((owner) => owner.trim()).filter((owner) => owner !== '')),
  ];
  checkCount('owners', distinct.length);
  return distinct.map((owner) => checkText('owner', owner));
}

/** @throws SutureError `asset-invalid` */
export function checkLabels(
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(labels);
  checkCount('labels', entries.length);
  for (const [name, value] of entries) {
    checkText('label', name);
    checkText(`label ${name}`, value);
  }
  return labels;
}

function checkContext(
  context: NonNullable<AssetRegistration['context']>,
): CheckedRegistration['context'] {
  const given = Object.entries(context).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([field, value]) => [field, checkContextValue(field, value)]),
  );
}

/**
 * @returns the value, a criticality as a number
 * @throws SutureError `asset-invalid`
 */
export function checkContextValue(field: string, value: unknown): string | number {
  const allowed: readonly (string | number)[] | undefined = Object.hasOwn(CONTEXT_VALUES, field)
    ? CONTEXT_VALUES[field as ContextName]
    : undefined;
  if (allowed === undefined) {
    throw invalid(
      `"${field}" is nothing that context says`,
      `Give one of: ${Object.keys(CONTEXT_VALUES).join(', ')}.`,
    );
  }
  const found = allowed.find((each) => each === value || String(each) === value);
  if (found !== undefined) return found;
  const shown = typeof value === 'string' || typeof value === 'number' ? ` ${value}` : '';
  throw invalid(`${field} cannot be${shown || ' that'}`, `Give one of: ${allowed.join(', ')}.`);
}

/** @throws SutureError `asset-invalid` */
export function checkText(what: string, text: string): string {
  if (text.length > MAX_TEXT) {
    throw invalid(`the ${what} has ${text.length} characters`, `At most ${MAX_TEXT} are kept.`);
  }
  if (hasControl(text)) {
    throw invalid(`the ${what} has control characters in it`, 'Take them out.');
  }
  return text.toWellFormed();
}

function checkCount(what: string, count: number): void {
  if (count > MAX_ITEMS)
    throw invalid(`${count} ${what} are too many`, `Give at most ${MAX_ITEMS}.`);
}

function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
