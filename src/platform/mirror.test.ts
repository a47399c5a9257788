import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exec } from './exec.ts';
import { type Mirror, openMirror, removeMirror } from './mirror.ts';

let root: string;
let shop: string;

async function git(cwd: string, ...args: string[]): Promise<string> {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
  const result = await exec(['git', ...identity, ...args], { cwd });
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return result.stdout.trim();
}

async function commitFile(name: string, text: string): Promise<string> {
  await writeFile(join(shop, name), text);
  await git(shop, 'add', '-A');
  await git(shop, 'commit', '-q', '-m', name);
  return await git(shop, 'rev-parse', 'HEAD');
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'suture-mirror-'));
  vi.stubEnv('SUTURE_HOME', join(root, 'home'));
  shop = join(root, 'shop');
  await mkdir(shop);
  await git(shop, 'init', '-q', '-b', 'main');
  await commitFile('package.json', '{"name":"shop"}\n');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
});

const open = (
  more: { branch?: string; credential?: string; location?: string; as?: string } = {},
) => {
  const { as = 'mirror', ...place } = more;
  return openMirror({ directory: join(root, as), location: shop, ...place });
};

const AT = '2026-01-02T03:04:05.678Z';
async function change(mirror: Mirror, parent: string, text = 'fixed\n'): Promise<string> {
  return await mirror.repository.commit({
    parent,
    files: new Map([['fix.txt', text]]),
    message: 'Fix it\n',
    by: { name: 'Suture', email: 'suture@localhost', at: AT },
  });
}

describe('a mirror', () => {
  it('knows where the watched branch is, and brings it', async () => {
    const mirror = await open();
    const first = await git(shop, 'rev-parse', 'HEAD');
    expect(await mirror.remoteHead()).toEqual({ branch: 'main', commit: first });
    expect(await mirror.fetch()).toEqual({ branch: 'main', commit: first });
    const second = await commitFile('more.txt', 'more\n');
    expect(await mirror.remoteHead()).toEqual({ branch: 'main', commit: second });
    expect(await mirror.fetch()).toEqual({ branch: 'main', commit: second });
    expect(await mirror.repository.fileAt(second, 'more.txt')).toBe('more\n');
  });

  it('follows a branch that was rewritten', async () => {
    const mirror = await open();
    await commitFile('a.txt', 'a\n');
    await mirror.fetch();
    await git(shop, 'reset', '-q', '--hard', 'HEAD~1');
    const other = await commitFile('b.txt', 'b\n');
    expect((await mirror.fetch()).commit).toBe(other);
  });

  it('watches a branch that is not the current one, and says when there is none', async () => {
    await git(shop, 'branch', 'stable');
    expect((await (await open({ branch: 'stable' })).remoteHead()).branch).toBe('stable');
    await expect((await open({ branch: 'gone' })).fetch()).rejects.toMatchObject({
      code: 'branch-missing',
    });
  });

  it.each(['nothing', 'a-folder'])('says where there is no repository: %s', async (name) => {
    await mkdir(join(root, 'a-folder'), { recursive: true });
    const mirror = await open({ location: join(root, name) });
    await expect(mirror.fetch()).rejects.toMatchObject({ code: 'repository-missing' });
  });

  it('makes the same commit on every machine', async () => {
    const [one, two] = [await open({ as: 'one' }), await open({ as: 'two' })];
    const { commit } = await one.fetch();
    await two.fetch();
    expect(await change(two, commit)).toBe(await change(one, commit));
  });

  it('pushes a branch once, whoever pushes it', async () => {
    const [one, two] = [await open({ as: 'one' }), await open({ as: 'two' })];
    const { commit } = await one.fetch();
    await two.fetch();
    const fix = await change(one, commit);
    await change(two, commit);
    expect(await one.pushBranch(fix, 'suture/fix-1')).toBe('pushed');
    expect(await one.pushBranch(fix, 'suture/fix-1')).toBe('there');
    expect(await two.pushBranch(fix, 'suture/fix-1')).toBe('there');
    expect(await git(shop, 'rev-parse', 'suture/fix-1')).toBe(fix);
    expect(await git(shop, 'rev-parse', 'main')).toBe(commit);
  });

  it('finds its branch again under what a person put on top', async () => {
    const mirror = await open();
    const { commit } = await mirror.fetch();
    const fix = await change(mirror, commit);
    await mirror.pushBranch(fix, 'suture/fix-1');
    await git(shop, 'checkout', '-q', 'suture/fix-1');
    const tip = await commitFile('mine.txt', 'mine\n');
    expect(await mirror.pushBranch(fix, 'suture/fix-1')).toBe('there');
    expect(await git(shop, 'rev-parse', 'suture/fix-1')).toBe(tip);
  });

  it('never overwrites a branch that holds something else', async () => {
    const mirror = await open();
    const { commit } = await mirror.fetch();
    await git(shop, 'branch', 'suture/fix-1');
    await expect(
      mirror.pushBranch(await change(mirror, commit), 'suture/fix-1'),
    ).rejects.toMatchObject({
      code: 'branch-taken',
    });
    expect(await git(shop, 'rev-parse', 'suture/fix-1')).toBe(commit);
  });

  it('fast-forwards a branch once, and not when it moved on', async () => {
    const bare = join(root, 'shop.git');
    await git(root, 'clone', '-q', '--bare', shop, bare);
    const mirror = await open({ location: bare });
    const { commit } = await mirror.fetch();
    const fix = await change(mirror, commit);
    const other = await change(mirror, commit, 'otherwise\n');
    expect(await mirror.fastForward('main', commit, fix)).toBe('merged');
    expect(await mirror.fastForward('main', commit, fix)).toBe('there');
    await expect(mirror.fastForward('main', commit, other)).rejects.toMatchObject({
      code: 'base-moved',
    });
    expect(await git(bare, 'rev-parse', 'main')).toBe(fix);
  });

  it('does not move the branch that somebody works on', async () => {
    const mirror = await open();
    const { commit } = await mirror.fetch();
    const fix = await change(mirror, commit);
    await expect(mirror.fastForward('main', commit, fix)).rejects.toMatchObject({
      code: 'branch-checked-out',
    });
    expect(await git(shop, 'status', '--porcelain')).toBe('');
  });

  it('brings a commit that no branch holds any more, as long as it is there', async () => {
    const lost = await commitFile('lost.txt', 'lost\n');
    await git(shop, 'reset', '-q', '--hard', 'HEAD~1');
    const mirror = await open();
    await mirror.fetch();
    expect(await mirror.fetchCommit(lost)).toBe(true);
    expect(await mirror.fetchCommit('1'.repeat(40))).toBe(false);
  });

  it('goes on where a killed git left its locks', async () => {
    const mirror = await open();
    await mirror.fetch();
    await commitFile('more.txt', 'more\n');
    const left = join(root, 'mirror/git/refs/heads/main.lock');
    await mkdir(join(root, 'mirror/git/refs/heads'), { recursive: true });
    await writeFile(left, '');
    await mirror.fetch();
    expect(await readdir(join(root, 'mirror/git/refs/heads'))).not.toContain('main.lock');
  });

  it('can be tidied and thrown away', async () => {
    const mirror = await open();
    const { commit } = await mirror.fetch();
    await mirror.tidy();
    expect(await mirror.repository.resolve(commit)).toBe(commit);
    await removeMirror(join(root, 'mirror'));
    expect(await readdir(join(root, 'mirror'))).not.toContain('git');
    expect((await (await open()).fetch()).commit).toBe(commit);
  });
});

describe('a hostile repository on the same machine', () => {
  it('starts no program, whether it is fetched from or pushed to', async () => {
    const mark = join(root, 'ran');
    const program = join(root, 'evil');
    await writeFile(program, `#!/bin/sh\ntouch ${mark}\ncat\n`);
    await chmod(program, 0o755);
    for (const hook of [
      'pre-receive',
      'update',
      'post-receive',
      'post-update',
      'reference-transaction',
      'push-to-checkout',
      'proc-receive',
      'pre-auto-gc',
    ]) {
      const path = join(shop, '.git/hooks', hook);
      await mkdir(join(shop, '.git/hooks'), { recursive: true });
      await writeFile(path, `#!/bin/sh\ntouch ${mark}\n`);
      await chmod(path, 0o755);
    }
    for (const [key, value] of [
      ['core.fsmonitor', program],
      ['core.sshCommand', program],
      ['core.alternateRefsCommand', program],
      ['uploadpack.packObjectsHook', program],
      ['receive.denyCurrentBranch', 'updateInstead'],
      ['filter.evil.smudge', program],
      ['core.gitProxy', program],
    ] as const) {
      await git(shop, 'config', key, value);
    }
    await writeFile(join(shop, '.git/objects/info/alternates'), join(root, 'other/.git/objects'));
    await git(root, 'init', '-q', 'other');
    const mirror = await open();
    const { commit } = await mirror.fetch();
    const fix = await change(mirror, commit);
    await mirror.pushBranch(fix, 'suture/fix-1');
    await expect(mirror.fastForward('main', commit, fix)).rejects.toMatchObject({
      code: 'branch-checked-out',
    });
    expect(await readFile(mark).catch(() => undefined)).toBeUndefined();
  });

  it.each([
    ['ext::sh -c id', 'location-unsupported'],
    ['file:///etc', 'location-unsupported'],
    ['--upload-pack=id', 'location-unsupported'],
    ['git://example.com/x', 'location-unsupported'],
    ['https://me:secret@example.com/x', 'credential-unsafe'],
    ['https://example.com/x#', 'location-unsupported'],
    ['https://example.com/x#y', 'location-unsupported'],
    ['https://example.com/x?y=', 'location-unsupported'],
    ['http://169.254.169.254/latest/meta-data', 'location-refused'],
    ['http://[::ffff:169.254.169.254]/latest', 'location-refused'],
    ['http://0xA9FEA9FE/latest', 'location-refused'],
    ['http://2852039166/latest', 'location-refused'],
    ['http://[fe80::1]/x', 'location-refused'],
    ['http://[fd00:ec2::254]/latest', 'location-refused'],
    ['http://168.63.129.16/machine', 'location-refused'],
  ])('%s is no address', async (location, code) => {
    await expect((await open({ location })).fetch()).rejects.toMatchObject({ code });
  });

  it('is none that is in Suture’s own home, where the mirrors of others are', async () => {
    const home = join(root, 'home');
    await mkdir(join(home, 'repositories'), { recursive: true });
    await git(root, 'clone', '-q', '--bare', shop, join(home, 'repositories/1'));
    await symlink(home, join(root, 'link'));
    for (const location of [join(home, 'repositories/1'), join(root, 'link/repositories/1')]) {
      const refused = (await open({ location })).fetch();
      await expect(refused).rejects.toMatchObject({ code: 'location-refused' });
    }
  });

  it('gets no credential over plain http', async () => {
    vi.stubEnv('SHOP_TOKEN', 'hush');
    const mirror = await open({ location: 'http://example.com/x', credential: 'env:SHOP_TOKEN' });
    await expect(mirror.fetch()).rejects.toMatchObject({ code: 'credential-unsafe' });
  });
});

describe('a repository behind http', () => {
  beforeEach(() => {
    vi.stubEnv('SUTURE_CREDENTIALS', 'env:*,file:*');
  });

  let server: Server;
  let bare: string;
  const seen: (string | undefined)[] = [];

  beforeEach(async () => {
    bare = join(root, 'shop.git');
    await git(root, 'clone', '-q', '--bare', shop, bare);
    await git(bare, 'config', 'http.receivepack', 'true');
    seen.length = 0;
    server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      if (request.headers.authorization !== `Basic ${btoa('x-access-token:hush')}`) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="shop"' }).end();
        return;
      }
      serveGit(request, (status, headers, body) => response.writeHead(status, headers).end(body));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop.git`;

  it('is asked at its own name, held to the address that the name has', async () => {
    vi.stubEnv('SHOP_TOKEN', 'hush');
    const location = address().replace('127.0.0.1', 'localhost');
    const mirror = await open({ location, credential: 'env:SHOP_TOKEN' });
    expect((await mirror.fetch()).branch).toBe('main');
  });

  it('is fetched from and pushed to with a token that is written down nowhere', async () => {
    vi.stubEnv('SHOP_TOKEN', 'hush');
    const mirror = await open({ location: address(), credential: 'env:SHOP_TOKEN' });
    const { commit } = await mirror.fetch();
    const fix = await change(mirror, commit);
    expect(await mirror.pushBranch(fix, 'suture/fix-1')).toBe('pushed');
    expect(await git(bare, 'rev-parse', 'suture/fix-1')).toBe(fix);
    const config = await readFile(join(root, 'mirror/git/config'), 'utf8');
    expect(config).not.toContain('hush');
    expect(config).not.toContain(btoa('x-access-token:hush'));
  });

  it('that refuses the token is said to', async () => {
    await writeFile(join(root, 'token'), 'wrong\n');
    const mirror = await open({ location: address(), credential: `file:${join(root, 'token')}` });
    const failed = await mirror.fetch().catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'repository-refused' });
    expect(String(failed)).not.toContain('wrong');
  });

  it.each(['several\nlines\n', '-----BEGIN PRIVATE KEY-----\nMC4C\n', 'a\u0000b'])(
    'is not sent what is no token: %j',
    async (content) => {
      await writeFile(join(root, 'token'), content);
      const mirror = await open({ location: address(), credential: `file:${join(root, 'token')}` });
      await expect(mirror.fetch()).rejects.toMatchObject({ code: 'credential-invalid' });
      expect(seen).toEqual([]);
    },
  );

  it.each([[{}], [{ credential: 'env:SHOP_TOKEN' }]])(
    'that leads elsewhere is not followed: %j',
    async (credential) => {
      vi.stubEnv('SHOP_TOKEN', 'hush');
      const to = address();
      const mover = createServer((request, response) => {
        response.writeHead(302, { location: to + (request.url ?? '').slice('/old'.length) }).end();
      });
      await new Promise<void>((resolve) => {
        mover.listen(0, '127.0.0.1', resolve);
      });
      try {
        const location = `http://127.0.0.1:${(mover.address() as AddressInfo).port}/old`;
        const mirror = await open({ location, ...credential });
        await expect(mirror.fetch()).rejects.toMatchObject({ code: 'repository-moved' });
        expect(seen).toEqual([]);
      } finally {
        mover.close();
        mover.closeAllConnections();
      }
    },
  );

  it('is not asked at all where the credential is missing', async () => {
    const mirror = await open({ location: address(), credential: 'env:NOT_SET_ANYWHERE' });
    await expect(mirror.fetch()).rejects.toMatchObject({ code: 'credential-missing' });
    expect(seen).toEqual([]);
  });

  /** git's own CGI program (git-http-backend(1)). */
  function serveGit(
    request: IncomingMessage,
    answer: (status: number, headers: Record<string, string>, body: Buffer) => void,
  ): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        REMOTE_USER: 'somebody',
        REQUEST_METHOD: request.method,
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        ...(request.headers['content-encoding']
          ? { HTTP_CONTENT_ENCODING: request.headers['content-encoding'] }
          : {}),
        ...(request.headers['git-protocol']
          ? { GIT_PROTOCOL: String(request.headers['git-protocol']) }
          : {}),
      },
    });
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', () => {
      const output = Buffer.concat(chunks);
      const end = output.indexOf('\r\n\r\n');
      const headers = Object.fromEntries(
        output
          .subarray(0, end)
          .toString()
          .split('\r\n')
          .map((line) => line.split(': ') as [string, string]),
      );
      const { Status, ...rest } = headers;
      answer(Number.parseInt(Status ?? '200', 10), rest, output.subarray(end + 4));
    });
  }
});
