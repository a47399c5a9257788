import { registrationsOf } from './ansible/hosts.ts';
import { readAnsibleIni } from './ansible/ini.ts';
import { AnsibleInventory } from './ansible/inventory.ts';
import { readAnsibleJson } from './ansible/json.ts';
import { readAnsibleYaml } from './ansible/yaml.ts';
import { readRegistrationCsv } from './csv.ts';
import { Complaints, type RegistrationList } from './registration-list.ts';

/** What assets can be imported from. `ansible-json` is what `ansible-inventory --list` prints. */
export type RegistrationFormat = 'csv' | 'ansible-ini' | 'ansible-yaml' | 'ansible-json';

const ANSIBLE = {
  'ansible-ini': readAnsibleIni,
  'ansible-yaml': readAnsibleYaml,
  'ansible-json': readAnsibleJson,
};

/**
 * Reads a file that names assets. It never throws: what is wrong is in the problems, with its line
 * where the format has lines.
 *
 * @param file its name, for the problems
 */
export function readRegistrations(
  text: string,
  format: RegistrationFormat,
  file: string,
): RegistrationList {
  if (format === 'csv') return readRegistrationCsv(text, file);
  const complaints = new Complaints(file);
  const inventory = new AnsibleInventory(complaints);
  ANSIBLE[format](text, inventory, complaints);
  const entries = registrationsOf(inventory, complaints);
  if (entries.length === 0 && complaints.problems.length === 0) {
    complaints.error('there are no hosts in it');
  }
  return { entries, problems: complaints.problems };
}
