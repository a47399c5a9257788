import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import { type Complaints, shorten } from '../registration-list.ts';
import type { AnsibleInventory } from './inventory.ts';

/** Groups inside groups; Ansible's own are some levels. */
const MAX_DEPTH = 50;
/** Steps through the document: anchors can repeat a part of it endlessly. */
const MAX_STEPS = 1_000_000;

/** Reads an Ansible inventory in YAML form: groups with `hosts`, `vars` and `children`. */
export function readAnsibleYaml(
  text: string,
  inventory: AnsibleInventory,
  complaints: Complaints,
): void {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error', merge: true });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const [message = ''] = broken.message.split('\n', 1);
    complaints.error(`this is no YAML: ${shorten(message)}`, lines.linePos(broken.pos[0]).line);
    return;
  }
  const reader = new YamlInventory(document, lines, inventory, complaints);
  reader.groups(document.contents, 0, undefined);
}

class YamlInventory {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #inventory: AnsibleInventory;
  readonly #complaints: Complaints;
  readonly #aliases = new Map<Alias, unknown>();
  #steps = 0;

  constructor(
    document: Document,
    lines: LineCounter,
    inventory: AnsibleInventory,
    complaints: Complaints,
  ) {
    this.#document = document;
    this.#lines = lines;
    this.#inventory = inventory;
    this.#complaints = complaints;
  }

  /** @param parent group whose children these are */
  groups(node: unknown, depth: number, parent: string | undefined): void {
    if (depth > MAX_DEPTH) {
      this.#complaints.error(`groups are more than ${MAX_DEPTH} deep`, this.#lineOf(node));
      return;
    }
    for (const [name, value, line] of this.#pairs(node, 'groups')) {
      const group = this.#inventory.group(name);
      if (group === undefined) return;
      if (parent !== undefined) this.#inventory.group(parent)?.children.add(name);
      for (const [part, inner, partLine] of this.#pairs(value, name, line)) {
        if (part === 'children') this.groups(inner, depth + 1, name);
        else if (part === 'hosts') {
          for (const [pattern, variables, hostLine] of this.#pairs(inner, 'hosts')) {
            this.#inventory.addHosts(group, pattern, this.#variables(variables), hostLine);
          }
        } else if (part === 'vars') {
          for (const [variable, given] of this.#variables(inner)) {
            this.#inventory.set(group.variables, variable, given);
          }
        } else {
          this.#complaints.warning(
            `"${shorten(part)}" in group ${shorten(name)} is not read; a group has hosts, vars and children`,
            partLine,
          );
        }
      }
    }
  }

  #variables(node: unknown): readonly (readonly [string, unknown])[] {
    return this.#pairs(node, 'variables').map(([name, value]) => [name, this.#plain(value)]);
  }

  /** Scalars, and lists of scalars; nothing deeper is ever asked for. */
  #plain(node: unknown): unknown {
    const value = this.#resolved(node);
    if (isScalar(value)) return value.value;
    const items =
      value !== null && typeof value === 'object' && 'items' in value ? value.items : [];
    return (items as unknown[])
      .slice(0, 100)
      .map((item) => this.#resolved(item))
      .flatMap((item) => (isScalar(item) ? [item.value] : []));
  }

  #pairs(
    node: unknown,
    what: string,
    at?: number,
  ): readonly (readonly [string, unknown, number])[] {
    const map = this.#resolved(node);
    if (map === null || map === undefined || (isScalar(map) && map.value === null)) return [];
    if (!isMap(map)) {
      this.#complaints.error(`${shorten(what)} must be a mapping`, at ?? this.#lineOf(node));
      return [];
    }
    this.#steps += map.items.length;
    if (this.#steps > MAX_STEPS) {
      if (this.#steps - map.items.length <= MAX_STEPS) {
        this.#complaints.error('the inventory repeats itself without end');
      }
      return [];
    }
    return map.items.map(({ key, value }) => [
      isScalar(key) ? String(key.value) : '',
      value,
      this.#lineOf(key),
    ]);
  }

  #resolved(node: unknown): unknown {
    if (!isAlias(node)) return node;
    // Looking for the anchor walks through the document.
    if (!this.#aliases.has(node)) this.#aliases.set(node, node.resolve(this.#document));
    return this.#aliases.get(node);
  }

  #lineOf(node: unknown): number {
    const range = (node as Node | null)?.range;
    return range ? this.#lines.linePos(range[0]).line : 1;
  }
}
