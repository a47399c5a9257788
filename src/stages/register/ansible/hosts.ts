import type { AssetRegistration, ContextName } from '../../../domain/managed-asset.ts';
import {
  type Complaints,
  contextValue,
  listOfNames,
  type RegistrationList,
  shorten,
} from '../registration-list.ts';
import { GroupTree } from './group-tree.ts';
import type { AnsibleHost, AnsibleInventory, Variables } from './inventory.ts';

const CONTEXT: Readonly<Record<string, ContextName>> = {
  suture_environment: 'environment',
  suture_exposure: 'exposure',
  suture_criticality: 'criticality',
  suture_data_sensitivity: 'dataSensitivity',
};
const OTHERS = ['suture_owners', 'suture_schedule'];

/** How a host is reached that Suture can reach too. */
const OVER_SSH: ReadonlySet<string> = new Set(['ssh', 'smart', 'paramiko', 'paramiko_ssh']);

/** Labels of one asset that come from its groups. */
const MAX_LABELS = 50;

/**
 * The hosts of an inventory, for registering: the address over SSH, a label `group:NAME` for each
 * group that they are in, and what `suture_…` variables say of them. A group's variables count for
 * its hosts, those of an inner group before those of an outer one, a host's own before all.
 */
export function registrationsOf(
  inventory: AnsibleInventory,
  complaints: Complaints,
): RegistrationList['entries'] {
  const tree = new GroupTree(inventory, complaints);
  return [...inventory.hosts].flatMap(([name, host]) => {
    const { groups, variables } = tree.placeOf(name);
    const registration = registrationOf(
      name,
      groups,
      new Map([...variables, ...host.variables]),
      complainOf(name, host, complaints),
    );
    if (registration === undefined) return [];
    return [{ registration, ...(host.line !== undefined && { line: host.line }) }];
  });
}

type Complain = (severity: 'error' | 'warning', message: string) => void;

function complainOf(name: string, host: AnsibleHost, complaints: Complaints): Complain {
  return (severity, message) => complaints[severity](`${shorten(name)}: ${message}`, host.line);
}

function registrationOf(
  name: string,
  groups: readonly string[],
  variables: Variables,
  complain: Complain,
): AssetRegistration | undefined {
  const connection = variables.get('ansible_connection') ?? 'ssh';
  if (!OVER_SSH.has(connection)) {
    complain('warning', `not registered: it is reached by "${shorten(connection)}", not over SSH`);
    return undefined;
  }
  const location = locationOf(name, variables);
  if ('wrong' in location) {
    complain('error', location.wrong);
    return undefined;
  }
  const context: Partial<Record<ContextName, string | number>> = {};
  for (const [variable, value] of variables) {
    const field = CONTEXT[variable];
    if (field === undefined) {
      if (variable.startsWith('suture_') && !OTHERS.includes(variable)) {
        const known = [...Object.keys(CONTEXT), ...OTHERS].join(', ');
        complain('warning', `${shorten(variable)} is not known; known: ${known}`);
      }
      continue;
    }
    const read = contextValue(field, value);
    if ('wrong' in read) complain('error', `${variable} ${read.wrong}`);
    else context[field] = read.value;
  }
  if (groups.length > MAX_LABELS) {
    complain('warning', `it is in ${groups.length} groups; ${MAX_LABELS} of them are its labels`);
  }
  const owners = variables.get('suture_owners');
  const schedule = variables.get('suture_schedule');
  return {
    kind: 'host',
    name,
    location: location.url,
    labels: Object.fromEntries(
      groups.slice(0, MAX_LABELS).map((group) => [`group:${group}`, 'true']),
    ),
    ...(owners !== undefined && { owners: listOfNames(owners) }),
    ...(schedule !== undefined && { schedule }),
    ...(Object.keys(context).length > 0 && { context }),
  };
}

/** `ssh://user@host:port` */
function locationOf(name: string, variables: Variables): { url: string } | { wrong: string } {
  const value = (which: string) =>
    variables.get(`ansible_${which}`) ?? variables.get(`ansible_ssh_${which}`);
  const host = value('host') ?? name;
  const port = value('port');
  const user = value('user');
  for (const each of [host, port, user]) {
    if (each?.includes('{{')) {
      return {
        wrong: `"${shorten(each)}" is a template, which only Ansible can fill in; use ansible-inventory --list`,
      };
    }
  }
  const six = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*(%[\w.-]+)?$/i.test(host);
  if (!six && !/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(host)) {
    return { wrong: `"${shorten(host)}" is no address of a host` };
  }
  if (
    port !== undefined &&
    !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)
  ) {
    return { wrong: `"${shorten(port)}" is no port` };
  }
  if (user !== undefined && !/^[\p{L}\p{N}_][\p{L}\p{N}_.@\\$-]*$/u.test(user)) {
    return { wrong: `"${shorten(user)}" is no user name` };
  }
  const at = user === undefined ? '' : `${encodeURIComponent(user)}@`;
  const where = six ? `[${host}]` : host;
  return { url: `ssh://${at}${where}${port === undefined || port === '22' ? '' : `:${port}`}` };
}
