import { type Complaints, shorten } from '../registration-list.ts';
import type { AnsibleInventory } from './inventory.ts';
import { splitWords } from './words.ts';

/**
 * Reads an Ansible inventory in INI form: hosts by group, `[group:vars]`, `[group:children]`, ranges.
 * Hosts before the first group are in `ungrouped`.
 */
export function readAnsibleIni(
  text: string,
  inventory: AnsibleInventory,
  complaints: Complaints,
): void {
  let section: { readonly name: string; readonly kind: string } | undefined = {
    name: 'ungrouped',
    kind: 'hosts',
  };
  for (const [at, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = raw.trim();
    const number = at + 1;
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    // `[web]` is a group; `[2001:db8::1]:22` and `[a:c].example.com` are hosts.
    const header = /^\[([^[\]]+)\]\s*(?:#.*)?$/.exec(line);
    if (header !== null && !/:.*:/.test(header[1] ?? '')) {
      section = sectionOf(header[1] ?? '', number, complaints);
      continue;
    }
    if (section === undefined) continue;
    const group = inventory.group(section.name);
    if (group === undefined) continue;
    if (section.kind === 'children') {
      const [child = ''] = splitWords(line) ?? [];
      group.children.add(child);
      inventory.group(child);
    } else if (section.kind === 'vars') {
      const equals = line.indexOf('=');
      if (equals < 1) complaints.error(`"${shorten(line)}" is not written as name=value`, number);
      else {
        const value = unquoted(line.slice(equals + 1).trim());
        inventory.set(group.variables, line.slice(0, equals).trim(), value);
      }
    } else readHost(line, number, { inventory, group, complaints });
  }
}

function sectionOf(title: string, line: number, complaints: Complaints) {
  const [name = '', kind = 'hosts', ...more] = title.trim().split(':');
  if (name !== '' && more.length === 0 && ['hosts', 'vars', 'children'].includes(kind)) {
    return { name, kind };
  }
  complaints.error(
    `[${shorten(title)}] is no section; allowed: group, group:vars, group:children`,
    line,
  );
  return undefined;
}

function readHost(
  line: string,
  number: number,
  into: {
    readonly inventory: AnsibleInventory;
    readonly group: ReturnType<AnsibleInventory['group']>;
    readonly complaints: Complaints;
  },
): void {
  const words = splitWords(line);
  const [pattern, ...pairs] = words ?? [];
  if (pattern === undefined) {
    into.complaints.error(`"${shorten(line)}" has a quote that does not end`, number);
    return;
  }
  const variables: [string, string][] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1)
      into.complaints.error(`"${shorten(pair)}" is not written as name=value`, number);
    else variables.push([pair.slice(0, equals), pair.slice(equals + 1)]);
  }
  const { host, port } = splitPort(pattern);
  if (port !== undefined) variables.unshift(['ansible_port', port]);
  into.inventory.addHosts(into.group, host, variables, number);
}

/** `db.example.com:2222`, `[2001:db8::1]:22`; an address of many colons has no port. */
function splitPort(pattern: string): { readonly host: string; readonly port?: string } {
  const [, six, sixPort] =
    /^\[([0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*)\](?::(\d+))?$/i.exec(pattern) ?? [];
  if (six !== undefined) return { host: six, ...(sixPort !== undefined && { port: sixPort }) };
  const [, host, port] = /^((?:[^:[\]]|\[[^[\]]*\])+):(\d+)$/.exec(pattern) ?? [];
  return host === undefined || port === undefined ? { host: pattern } : { host, port };
}

function unquoted(value: string): string {
  return /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value;
}
