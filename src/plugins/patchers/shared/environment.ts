/**
 * The environment a package manager runs in: the user's own, because registries, proxies and
 * tokens live there, without what would change who decides.
 *
 * Taken out: what an outer `npm run` sets for its children (`npm_lifecycle_*`, `npm_package_*`,
 * prefixes, `INIT_CWD`), which would point npm at another project; `NODE_ENV`, which would leave
 * development dependencies out; and what is Suture's (the address of its database with the password,
 * secrets of channels and of sign-in), which no package manager has a use for.
 *
 * Put in, each against code of the repository running outside the sandbox:
 * - `npm_config_ignore_scripts`: also as a variable, because npm builds a git dependency with a
 *   second npm that inherits variables but not flags (pacote before 21.5.3 does so even with
 *   `--ignore-scripts`);
 * - `YARN_IGNORE_PATH`: `yarnPath` and `yarn-path` name a yarn inside the repository;
 * - `pm_on_fail`, `manage_package_manager_versions`: pnpm would download and become the version
 *   that the manifest names, from the registry that the repository names;
 * - `COREPACK_*`: no `.corepack.env` of the project, no package manager from a URL, no writing
 *   into the manifest, no question that nobody answers;
 * - `GIT_CONFIG_GLOBAL` stays the user's, but git never asks for a password.
 */
export function managerEnvironment(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(base).filter(([name]) => !DROPPED.test(name));
  return {
    ...Object.fromEntries(kept),
    CI: 'true',
    NO_COLOR: '1',
    GIT_TERMINAL_PROMPT: '0',
    npm_config_ignore_scripts: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_manage_package_manager_versions: 'false',
    pnpm_config_manage_package_manager_versions: 'false',
    pnpm_config_pm_on_fail: 'ignore',
    YARN_IGNORE_PATH: '1',
    COREPACK_ENABLE_AUTO_PIN: '0',
    COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
    COREPACK_ENABLE_PROJECT_SPEC: '1',
    COREPACK_ENABLE_UNSAFE_CUSTOM_URLS: '0',
    COREPACK_ENV_FILE: '0',
  };
}

const DROPPED =
  /^(?:SUTURE_|PG(?:PASSWORD|PASSFILE|SERVICEFILE)$|npm_(?:lifecycle|package|command|execpath|node_execpath)|npm_config_(?:local_prefix|global_prefix|prefix|user_agent|node_gyp|script_shell|node_options|dry_run|production|omit|only|global|location|workspace|workspaces|package_lock_only)$|INIT_CWD$|NODE_ENV$|FORCE_COLOR$|PROJECT_CWD$|BERRY_BIN_FOLDER$)/i;
