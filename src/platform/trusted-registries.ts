import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Registry hosts (with port) that the user's own configuration names: `~/.npmrc` (or the file that
 * `npm_config_userconfig` names), `~/.yarnrc.yml`, and registry variables of the environment. Only
 * to these does a project's file get to send what an environment variable holds.
 */
export async function trustedRegistryHosts(
  environment: NodeJS.ProcessEnv,
): Promise<ReadonlySet<string>> {
  const home = environment['HOME'] ?? homedir();
  const files = [
    environment['npm_config_userconfig'] ?? environment['NPM_CONFIG_USERCONFIG'],
    join(home, '.npmrc'),
    join(home, '.yarnrc.yml'),
    join(home, '.yarnrc'),
  ];
  const hosts = new Set<string>();
  for (const file of files) {
    if (file === undefined) continue;
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const host of hostsIn(text)) hosts.add(host);
  }
  for (const [name, value] of Object.entries(environment)) {
    if (!/registry/i.test(name) || !/^(?:npm|pnpm|yarn)_/i.test(name)) continue;
    for (const host of hostsIn(value ?? '')) hosts.add(host);
  }
  return hosts;
}

function hostsIn(text: string): readonly string[] {
  const addresses = text.matchAll(/\/\/(?:[^/\s@"']*@)?(?<host>[\w.-]+(?::\d+)?)(?=[/\s"':]|$)/g);
  return [...addresses].map((match) => match.groups?.['host'] ?? '');
}
