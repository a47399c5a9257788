import type { SourceTree } from '../../ports/source-tree.ts';

/** What the manifest of a project says about running it. */
export interface ProjectScripts {
  readonly build?: readonly string[];
  readonly test?: readonly string[];
  /** The steps of the test script one after the other, whether or not the one before succeeds. */
  readonly testSteps?: readonly string[];
  /** Some script sets node:test reporters itself: ours in addition would make Node refuse to start. */
  readonly ownReporters: boolean;
  /** Environment that keeps the package manager from fetching anything. */
  readonly env: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly scripts?: Readonly<Record<string, unknown>>;
  readonly devEngines?: { readonly packageManager?: { readonly name?: unknown } };
}

/** What `npm init` writes for want of tests. */
const NO_TESTS = /no test specified/;

/**
 * Finds the build and test commands. `npm` runs scripts the same as pnpm and yarn 1 do, needs
 * nothing of theirs, and is there wherever Node is; yarn 2 and later resolve modules themselves and
 * so must run scripts themselves, and a project can insist on its package manager.
 */
export async function projectScripts(tree: SourceTree): Promise<ProjectScripts> {
  const manifest = parse(await tree.read('package.json'));
  const scripts = Object.entries(manifest.scripts ?? {}).flatMap(([name, script]) =>
    typeof script === 'string' ? [[name, script] as const] : [],
  );
  const manager = await scriptRunner(tree, manifest);
  const has = (name: string) =>
    scripts.some(([other, script]) => other === name && !NO_TESTS.test(script));
  return {
    ...(has('build') ? { build: [manager, 'run', 'build'] } : {}),
    ...(has('test') ? { test: [manager, 'test'] } : {}),
    ...(has('test') && manager !== 'yarn' ? { testSteps: stepwise(scripts) } : {}),
    ownReporters: scripts.some(([, script]) => script.includes('--test-reporter')),
    env: { ...WITHOUT_NETWORK, ...environments[manager] },
  };
}

/**
 * The test script without its `pretest`, and with `;` for `&&`: a linter that does not run any more
 * must not keep the tests behind it from running. Ends as its last step ends.
 */
function stepwise(scripts: readonly (readonly [string, string])[]): readonly string[] {
  const script = scripts.find(([name]) => name === 'test')?.[1] ?? '';
  const steps = script.split('&&').map((step) => step.trim());
  return ['sh', '-c', `PATH="$PWD/node_modules/.bin:$PATH"; ${steps.join('; ')}`];
}

async function scriptRunner(
  tree: SourceTree,
  manifest: Manifest,
): Promise<'npm' | 'pnpm' | 'yarn'> {
  const lockfile = await tree.read('yarn.lock');
  if (lockfile !== undefined && /^__metadata:/m.test(lockfile)) return 'yarn';
  const demanded = manifest.devEngines?.packageManager?.name;
  return demanded === 'pnpm' || demanded === 'yarn' ? demanded : 'npm';
}

/**
 * Test scripts that install first are not rare (`npm install && mocha`). Where that asks for nothing
 * new it goes well; otherwise npm would try for minutes to reach a network that is not there.
 */
const WITHOUT_NETWORK = {
  npm_config_fetch_retries: '0',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
};

const environments = {
  npm: { npm_config_update_notifier: 'false' },
  pnpm: {
    // Without these pnpm replaces itself with the version the project names, from the network.
    npm_config_manage_package_manager_versions: 'false',
    pnpm_config_manage_package_manager_versions: 'false',
    pnpm_config_pm_on_fail: 'ignore',
    pnpm_config_verify_deps_before_run: 'false',
  },
  yarn: { YARN_ENABLE_TELEMETRY: '0', YARN_ENABLE_NETWORK: '0' },
} as const;

function parse(text: string | undefined): Manifest {
  try {
    const manifest: unknown = JSON.parse(text ?? '{}');
    return typeof manifest === 'object' && manifest !== null ? manifest : {};
  } catch {
    return {};
  }
}
