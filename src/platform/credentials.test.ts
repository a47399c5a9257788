import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkCredentialReference, resolveCredential } from './credentials.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'suture-credentials-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function secretFile(content: string, mode = 0o600): string {
  const path = join(folder(), 'secret');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe('a reference', () => {
  const listed = { SUTURE_CREDENTIALS: 'env:*,file:*' };

  it('names a variable', async () => {
    const environment = { ...listed, GIT_TOKEN: 's3cret', SUTURE_SECRET_HOOK: 'h' };
    expect(await resolveCredential('env:GIT_TOKEN', { environment })).toBe('s3cret');
    expect(await resolveCredential('env:SUTURE_SECRET_HOOK', { environment })).toBe('h');
  });

  it.each([
    ['s3cret\n', 's3cret'],
    ['s3cret\r\n', 's3cret'],
    [' s3\ncret\n\n', ' s3\ncret\n'],
  ])('names a file: %j', async (content, secret) => {
    const reference = `file:${secretFile(content)}`;
    expect(await resolveCredential(reference, { environment: listed })).toBe(secret);
  });

  it.each([
    [0o600, 0],
    [0o640, 0],
    [0o644, 1],
  ])('to a file with mode %o warns %i times', async (mode, times) => {
    const warnings: string[] = [];
    const path = secretFile('s3cret', mode);
    await resolveCredential(`file:${path}`, {
      environment: listed,
      warn: (message) => warnings.push(message),
    });
    expect(warnings).toHaveLength(times);
    expect(warnings.join('')).not.toContain('s3cret');
  });

  it.each([
    'hunter2',
    'env:',
    'env:A B',
    'env:$(id)',
    'file:relative',
    'file:',
    'vault:x',
    'ENV:A',
  ])('is not %j, which is not repeated', async (text) => {
    const error = await resolveCredential(text).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'credential-invalid' });
    expect((error as Error).message).not.toContain(text);
    expect(() => checkCredentialReference(text)).toThrow('by reference');
  });
});

describe('what is missing is named', () => {
  it.each([
    ['env:NOT_THERE', {}, /NOT_THERE: it is not set/],
    ['env:EMPTY', { EMPTY: '' }, /it is empty/],
    ['file:/nowhere/at-all', {}, /no such file/],
    [`file:${tmpdir()}`, {}, /no file with a secret/],
  ])('%s', async (reference, environment, message) => {
    const listed = { ...environment, SUTURE_CREDENTIALS: 'env:*,file:*' };
    await expect(resolveCredential(reference, { environment: listed })).rejects.toThrow(message);
  });
});

describe('what is not for users', () => {
  it.each([
    ['env:SUTURE_DATABASE_URL', { SUTURE_DATABASE_URL: 'x' }],
    ['env:SUTURE_DATABASE_URL', { SUTURE_DATABASE_URL: 'x', SUTURE_CREDENTIALS: 'env:*' }],
    ['env:AWS_SECRET', { AWS_SECRET: 'x' }],
    ['file:/etc/hostname', {}],
    ['file:/proc/self/environ', { SUTURE_CREDENTIALS: 'file:*' }],
    ['env:AWS_SECRET', { AWS_SECRET: 'x', SUTURE_CREDENTIALS: 'env:GIT_*, file:/run/secrets/*' }],
    ['file:/run/secrets/../../etc/passwd', { SUTURE_CREDENTIALS: 'file:/run/secrets/*' }],
    ['file:/etc/passwd', { SUTURE_CREDENTIALS: 'file:/run/secrets/*' }],
    ['file:/proc/self/environ', {}],
  ])('%s', async (reference, environment) => {
    await expect(resolveCredential(reference, { environment })).rejects.toMatchObject({
      code: 'credential-refused',
    });
  });

  it('Suture’s own home, but for its secrets; not through a link either', async () => {
    const home = folder();
    for (const name of ['keys', 'secrets']) {
      mkdirSync(join(home, name));
      writeFileSync(join(home, name, 'a'), name);
    }
    const link = join(folder(), 'link');
    symlinkSync(join(home, 'keys', 'a'), link);
    const environment = { SUTURE_HOME: home };
    for (const path of [join(home, 'keys', 'a'), link]) {
      await expect(resolveCredential(`file:${path}`, { environment })).rejects.toMatchObject({
        code: 'credential-refused',
      });
    }
    expect(await resolveCredential(`file:${home}/secrets/a`, { environment })).toBe('secrets');
  });

  it.each([
    ['git.example', 'x'],
    ['GIT.example', 'x'],
    ['evil.example', undefined],
    ['git.example.evil.example', undefined],
    [undefined, undefined],
  ])('the operator’s list may say for which host: %s', async (host, secret) => {
    const path = secretFile('x');
    const environment = {
      GIT_TOKEN: 'x',
      SUTURE_CREDENTIALS: `env:GIT_*@git.example, file:${path}@git.example`,
    };
    const options = { environment, ...(host === undefined ? {} : { host }) };
    for (const reference of ['env:GIT_TOKEN', `file:${path}`]) {
      const resolved = await resolveCredential(reference, options).catch(() => undefined);
      expect(resolved).toBe(secret);
    }
  });

  it('what is put there for them is: SUTURE_SECRET_ variables, and what the operator’s own configuration names', async () => {
    const environment = { SUTURE_SECRET_GIT: 'x', OIDC: 'y' };
    expect(await resolveCredential('env:SUTURE_SECRET_GIT', { environment })).toBe('x');
    expect(await resolveCredential('env:OIDC', { environment, byOperator: true })).toBe('y');
  });

  it('the operator’s list names what is', async () => {
    const environment = { GIT_TOKEN: 'x', SUTURE_CREDENTIALS: 'env:GIT_*' };
    expect(await resolveCredential('env:GIT_TOKEN', { environment })).toBe('x');
  });
});
