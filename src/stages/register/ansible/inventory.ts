import { type Complaints, MAX_ENTRIES, shorten } from '../registration-list.ts';
import { expandHosts } from './host-ranges.ts';

/** Values of variables as text; lists are joined with commas. */
export type Variables = ReadonlyMap<string, string>;

export interface AnsibleGroup {
  readonly hosts: Set<string>;
  readonly children: Set<string>;
  readonly variables: Map<string, string>;
}

export interface AnsibleHost {
  readonly variables: Map<string, string>;
  readonly line?: number;
}

/** Variables that are read; everything else in an inventory is not Suture's business. */
const READ = /^(suture_|ansible_(host|port|user|connection|ssh_host|ssh_port|ssh_user)$)/;
const SECRET = /^ansible_(.*_)?(pass|password)$/;
const MAX_GROUPS = 5_000;
const MAX_VARIABLE = 2_000;

/** An Ansible inventory as it is put together, whatever it was written in. */
export class AnsibleInventory {
  readonly groups = new Map<string, AnsibleGroup>();
  readonly hosts = new Map<string, AnsibleHost>();
  readonly #complaints: Complaints;
  #full = false;
  #secret = false;

  constructor(complaints: Complaints) {
    this.#complaints = complaints;
    this.group('all');
  }

  /** The group of that name, made if need be; `undefined` when there are too many. */
  group(name: string): AnsibleGroup | undefined {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    if (this.groups.size >= MAX_GROUPS) {
      if (!this.#full) this.#complaints.error(`there are more than ${MAX_GROUPS} groups`);
      this.#full = true;
      return undefined;
    }
    const group = { hosts: new Set<string>(), children: new Set<string>(), variables: new Map() };
    this.groups.set(name, group);
    return group;
  }

  /** @param pattern a name, or several by ranges: `web[01:12].example.com` */
  addHosts(
    group: AnsibleGroup | undefined,
    pattern: string,
    variables: Iterable<readonly [string, unknown]>,
    line?: number,
  ): void {
    const names = expandHosts(pattern, MAX_ENTRIES - this.hosts.size);
    if (names === undefined) {
      this.#complaints.error(
        `"${shorten(pattern)}" is no host, or names more than ${MAX_ENTRIES}`,
        line,
      );
      return;
    }
    const read = [...variables];
    for (const name of names) {
      group?.hosts.add(name);
      const host = this.hosts.get(name) ?? {
        variables: new Map<string, string>(),
        ...(line !== undefined && { line }),
      };
      this.hosts.set(name, host);
      for (const [variable, value] of read) this.set(host.variables, variable, value);
    }
  }

  /** Keeps a variable if it is one that is read. Secrets are not even looked at. */
  set(variables: Map<string, string>, name: string, value: unknown): void {
    if (SECRET.test(name) && !this.#secret) {
      this.#secret = true;
      this.#complaints.warning(`${name} is not taken over; give credentials by reference`);
    }
    if (!READ.test(name)) return;
    const text = textOf(value);
    if (text !== undefined) variables.set(name, text.slice(0, MAX_VARIABLE));
  }
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((each: unknown) => textOf(each) ?? []).join(',');
}
