import { messageOf } from '../../../domain/error.ts';
import { type Complaints, shorten } from '../registration-list.ts';
import type { AnsibleInventory } from './inventory.ts';

/**
 * Reads what `ansible-inventory --list` or a dynamic inventory script prints: groups with `hosts`,
 * `vars` and `children` as lists of names, variables of hosts under `_meta.hostvars`.
 */
export function readAnsibleJson(
  text: string,
  inventory: AnsibleInventory,
  complaints: Complaints,
): void {
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    complaints.error(`this is no JSON: ${shorten(messageOf(error))}`);
    return;
  }
  if (!isObject(document)) {
    complaints.error('the inventory must be an object with a group for each key');
    return;
  }
  for (const [name, value] of Object.entries(document)) {
    if (name === '_meta') continue;
    const group = inventory.group(name);
    if (group === undefined) return;
    const content = Array.isArray(value) ? { hosts: value as unknown[] } : value;
    if (!isObject(content)) {
      complaints.error(`the group ${shorten(name)} must be an object`);
      continue;
    }
    for (const host of names(content['hosts'])) inventory.addHosts(group, host, []);
    for (const child of names(content['children'])) {
      group.children.add(child);
      inventory.group(child);
    }
    for (const [variable, given] of entries(content['vars'])) {
      inventory.set(group.variables, variable, given);
    }
  }
  const meta = document['_meta'];
  for (const [host, variables] of entries(isObject(meta) ? meta['hostvars'] : undefined)) {
    inventory.addHosts(undefined, host, entries(variables));
  }
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function entries(value: unknown): readonly [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
