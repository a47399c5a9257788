import { type Complaints, shorten } from '../registration-list.ts';
import type { AnsibleInventory, Variables } from './inventory.ts';

/** Groups that everything is in say nothing about a host. */
const EVERYTHING: ReadonlySet<string> = new Set(['all', 'ungrouped']);

/** Steps from hosts up to their groups, over all hosts; some seconds. */
const MAX_STEPS = 5_000_000;

/** Which groups contain which, and what that means for a host. */
export class GroupTree {
  readonly #inventory: AnsibleInventory;
  readonly #complaints: Complaints;
  readonly #parents = new Map<string, string[]>();
  /** Longest way down from a group that no other contains. */
  readonly #depths = new Map<string, number>();
  readonly #groupsOfHost = new Map<string, string[]>();
  /** By the groups that a host is in: hosts of one group share the answer. */
  readonly #places = new Map<string, { groups: readonly string[]; variables: Variables }>();

  #steps = 0;
  #stopped = false;

  constructor(inventory: AnsibleInventory, complaints: Complaints) {
    this.#inventory = inventory;
    this.#complaints = complaints;
    for (const [name, { children, hosts }] of inventory.groups) {
      for (const child of children) append(this.#parents, child, name);
      for (const host of hosts) append(this.#groupsOfHost, host, name);
    }
    this.#sort();
  }

  /** All groups a host is in, by name, and the variables that it has from them. */
  placeOf(host: string): { readonly groups: readonly string[]; readonly variables: Variables } {
    const direct = this.#groupsOfHost.get(host) ?? [];
    const key = direct.join('\n');
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const all = new Set(['all', ...direct]);
    // A set that grows while it is walked through: each group once, also in a circle.
    for (const group of all) {
      if (this.#steps > MAX_STEPS) break;
      for (const parent of this.#parents.get(group) ?? []) all.add(parent);
      this.#steps += 1;
    }
    if (this.#steps > MAX_STEPS && !this.#stopped) {
      this.#stopped = true;
      this.#complaints.error('groups are nested too deeply; what outer groups say is left out');
    }
    const outerFirst = [...all].sort(
      (a, b) => (this.#depths.get(a) ?? 0) - (this.#depths.get(b) ?? 0) || (a < b ? -1 : 1),
    );
    const variables = new Map(
      outerFirst.flatMap((group) => [...(this.#inventory.groups.get(group)?.variables ?? [])]),
    );
    const groups = [...all].filter((group) => !EVERYTHING.has(group)).sort();
    const place = { groups, variables };
    this.#places.set(key, place);
    return place;
  }

  /** Kahn's algorithm; what it cannot reach goes round in a circle. */
  #sort(): void {
    const waiting = new Map<string, number>();
    for (const name of this.#inventory.groups.keys()) {
      waiting.set(name, this.#parents.get(name)?.length ?? 0);
    }
    const ready = [...waiting].filter(([, parents]) => parents === 0).map(([name]) => name);
    for (const name of ready) this.#depths.set(name, name === 'all' ? 0 : 1);
    for (let at = 0; at < ready.length; at += 1) {
      const name = ready[at] ?? '';
      const below = (this.#depths.get(name) ?? 0) + 1;
      for (const child of this.#inventory.groups.get(name)?.children ?? []) {
        this.#depths.set(child, Math.max(this.#depths.get(child) ?? 0, below));
        const left = (waiting.get(child) ?? 0) - 1;
        waiting.set(child, left);
        if (left === 0) ready.push(child);
      }
    }
    const circle = [...waiting].filter(([, left]) => left > 0).map(([name]) => name);
    if (circle.length === 0) return;
    const names = circle.slice(0, 5).map(shorten).join(', ');
    this.#complaints.warning(
      `groups contain each other in a circle: ${names}; their hosts are in all of them`,
    );
  }
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
