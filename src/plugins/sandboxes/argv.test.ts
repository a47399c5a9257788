import { describe, expect, it } from 'vitest';
import type { SandboxRun } from '../../ports/sandbox.ts';
import { bubblewrapArgv, SANDBOX_UID, workingDirectory } from './bubblewrap-argv.ts';
import { containerArgv, nodeImage } from './container-argv.ts';

const run: SandboxRun = {
  argv: ['npm', 'test', '--', '--network=host'],
  project: '/somewhere/copy',
  cwd: 'packages/a',
  env: { CI: 'true', PATH: '/evil', HOME: '/evil' },
  limits: { seconds: 60, memoryMegabytes: 1024, processes: 200, fileMegabytes: 100 },
};

describe.each(['docker', 'podman'] as const)('%s', (engine) => {
  const argv = containerArgv({ engine, run, name: 'suture-1', image: 'node:24', user: '1:2' });
  const image = argv.indexOf('node:24');
  const options = argv.slice(0, image);

  it.each([
    '--rm',
    '--pull=never',
    '--network=none',
    '--read-only',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    '--user=1:2',
    '--memory=1024m',
    '--memory-swap=1024m',
    '--pids-limit=200',
    '--ulimit=fsize=104857600',
    '--volume=/somewhere/copy:/project:rw',
    '--workdir=/project/packages/a',
    '--env=CI=true',
  ])('asks for %s', (option) => {
    expect(options).toContain(option);
  });

  it('takes nothing of the command or the environment for an option', () => {
    expect(options).not.toContain('--network=host');
    expect(argv.slice(image + 1)).toEqual(['--signal=KILL', '65', ...run.argv]);
    expect(options.filter((option) => option.includes('/evil'))).toEqual([]);
  });

  it('mounts the project and nothing else of the host', () => {
    expect(options.filter((option) => /^--(?:volume|mount)/.test(option))).toHaveLength(1);
  });
});

describe.each([true, false])('bubblewrap, as root: %s', (asRoot) => {
  const argv = bubblewrapArgv({
    run,
    toolchain: {
      mounts: [{ host: '/home/someone/.nvm/node', inside: 'node' }],
      links: [{ name: 'node', target: '../node' }],
    },
    etc: '/etc-files',
    systemFolders: ['nix/store'],
    systemLinks: { bin: 'usr/bin' },
    etcFiles: ['ld.so.cache'],
    asRoot,
  });
  const inner = argv.slice(argv.lastIndexOf('bwrap'));

  it('gives up every privilege before the command', () => {
    expect(inner).toEqual(
      expect.arrayContaining(['--unshare-all', '--disable-userns', '--new-session', '--clearenv']),
    );
    expect(argv.includes('setpriv')).toBe(asRoot);
    expect(argv.includes(`--reuid=${SANDBOX_UID}`)).toBe(asRoot);
  });

  it('ends with the limits and the command', () => {
    expect(inner.slice(-run.argv.length)).toEqual(run.argv);
    expect(inner).toEqual(expect.arrayContaining(['--nproc=200', '--fsize=104857600']));
  });

  it('shows no folder around a tool, and can be written nowhere but in the project', () => {
    expect(inner).not.toContain('/home/someone/.nvm');
    const writable = inner.filter((_, at) => inner[at - 1] === '--bind');
    expect(writable).toHaveLength(1);
  });

  it('keeps PATH and HOME its own', () => {
    expect(inner).not.toContain('/evil');
  });
});

it.each([
  [undefined, '/project'],
  ['a/b', '/project/a/b'],
  ['../../etc', '/project'],
  ['../projectile', '/project'],
])('the working directory %s stays in the project', (cwd, expected) => {
  const { cwd: _cwd, ...rest } = run;
  expect(workingDirectory(cwd === undefined ? rest : { ...rest, cwd }).replace(/\/$/, '')).toBe(
    expected,
  );
});

it('uses the image of the running Node', () => {
  expect(nodeImage('24.1.0')).toBe('node:24.1.0-bookworm-slim');
});
