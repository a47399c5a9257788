import { SutureError } from '../domain/error.ts';

/** What git's complaint means for a person; the first row that fits. */
const MEANINGS: readonly {
  readonly says: RegExp;
  readonly code: string;
  readonly message: (location: string) => string;
  readonly remedy: string;
}[] = [
  {
    says: /dubious ownership/,
    code: 'git-ownership',
    message: (location) => `git refuses ${location}: it belongs to another user`,
    remedy: 'If you trust it, run: git config --global --add safe.directory PATH',
  },
  {
    says: /refusing to update checked out branch|branch is currently checked out/,
    code: 'branch-checked-out',
    message: (location) => `The branch is checked out in ${location}`,
    remedy: 'Hand changes over as branches there, or register the repository it is pushed to.',
  },
  {
    says: /\(fetch first\)|\(non-fast-forward\)|cannot lock ref|incorrect old value/,
    code: 'base-moved',
    message: (location) => `${location} has moved on meanwhile`,
    remedy: 'Nothing was overwritten; it is looked at again.',
  },
  {
    says: /pre-receive hook declined|protected branch|GH006|not allowed to push/,
    code: 'push-declined',
    message: (location) => `${location} does not take the push`,
    remedy: 'Allow the credential to push to this branch, or hand changes over as branches.',
  },
  {
    says: /does not appear to be a git repository|not a git repository|repository .* not found/i,
    code: 'repository-missing',
    message: (location) => `There is no git repository at ${location}`,
    remedy: 'Check the address. A folder has to be on the machine that runs the worker.',
  },
  {
    says: /Authentication failed|could not read Username|Permission denied|HTTP 40[13]|error: 40[13]/,
    code: 'repository-refused',
    message: (location) => `${location} refuses Suture`,
    remedy: 'Check the credential registered for it, and what it may do.',
  },
  {
    says: /returned error: 30[12378]/,
    code: 'repository-moved',
    message: (location) => `${location} leads to another address`,
    remedy: 'Register the address that it leads to; Suture follows nobody elsewhere.',
  },
  {
    says: /Host key verification failed/,
    code: 'host-unknown',
    message: (location) => `The host key of ${location} is not known here`,
    remedy: 'Check the key and add it to known_hosts of the user that runs Suture.',
  },
];

/** An error for a person, made of what git wrote to standard error. */
export function refused(
  location: string,
  command: string,
  stderr: string,
  timedOut: boolean,
): SutureError {
  const known = MEANINGS.find(({ says }) => says.test(stderr));
  if (known !== undefined) {
    return new SutureError(known.code, known.message(location), { remedy: known.remedy });
  }
  const why = timedOut ? 'it took too long' : firstComplaint(stderr);
  return new SutureError('repository-unreachable', `git ${command} ${location}: ${why}`, {
    remedy: 'Check the address and the network; it is tried again.',
  });
}

function firstComplaint(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (
    lines.find((line) => /^(fatal|error|remote):/.test(line)) ??
    lines[0] ??
    'no answer'
  ).trim();
}
