import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { MiddlewareHandler } from 'hono';
import { SutureError } from '../domain/error.ts';
import { problemPage } from './problem-page.ts';
import type { ApiEnvironment } from './requester.ts';

const BUILT = join(import.meta.dirname, '..', '..', 'web', 'dist');

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** What the build puts here has its hash in its name: it never changes. */
const HASHED = /^\/static\//;

/**
 * The built page: its files, and `index.html` for every other path that a person opens, so that
 * deep links work.
 */
export function servePage(folder = BUILT): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const { method, path } = context.req;
    if (method !== 'GET' && method !== 'HEAD') return await next();
    const file = await readPageFile(folder, path);
    if (file !== undefined) return context.body(file.content, 200, file.headers);
    // A script that is not there any more must not be answered with a page.
    const isFile = HASHED.test(path) || extname(path) !== '' || path.includes('/.');
    if (isFile || !wantsPage(context.req.header('accept'))) return await next();
    const index = await readPageFile(folder, '/index.html');
    if (index !== undefined) return context.body(index.content, 200, index.headers);
    return await problemPage(context, notBuilt(), {
      href: '/reference',
      text: 'Reference of the API',
    });
  };
}

function wantsPage(accept: string | undefined): boolean {
  return accept === undefined || /text\/html|\*\/\*/.test(accept);
}

interface PageFile {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Segments are plain names; nothing leads out of the folder. */
const PLAIN = /^(\/[A-Za-z0-9_][\w.@~-]*)+$/;
const kept = new Map<string, PageFile>();

async function readPageFile(folder: string, path: string): Promise<PageFile | undefined> {
  if (!PLAIN.test(path)) return undefined;
  const file = join(folder, ...path.split('/'));
  const known = kept.get(file);
  if (known !== undefined) return known;
  const info = await stat(file).catch(() => undefined);
  if (info?.isFile() !== true) return undefined;
  const headers = {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Cache-Control': HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  const read = { content: new Uint8Array(await readFile(file)), headers };
  // The others change with the next build.
  if (HASHED.test(path)) kept.set(file, read);
  return read;
}

function notBuilt(): SutureError {
  return new SutureError('not-ready', 'The page is not built; the API is there', {
    remedy: 'Run npm run build in web/ (npm run setup does it), and load this again.',
  });
}
