import type { DataSensitivity, Exposure } from '../../../domain/context.ts';
import { type Signal, signalFrom, type TextFiles } from './text-files.ts';

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx)$/;
/** Files of own code looked into; those nearest the root first, where servers are started. */
const MOST_FILES = 150;
const LISTEN =
  /\b(?:app|server|httpServer|https?|http2|net|fastify|router|api|io|wss)\.listen\s*\(|\bcreateServer\s*\([^;]*\)\.listen\s*\(|\bnew WebSocketServer\s*\(|\b(?:Deno|Bun)\.serve\s*\(/;
const PRISMA = /(?:^|\/)schema\.prisma$|(?:^|\/)prisma\/.*\.prisma$/;

/** Own code that opens a port. */
export async function listeningExposure(files: TextFiles): Promise<Signal<Exposure> | undefined> {
  const sources = files.paths
    .filter(
      (path) => SOURCE.test(path) && !path.endsWith('.d.ts') && !/\.(?:test|spec)\./.test(path),
    )
    .sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))
    .slice(0, MOST_FILES);
  return await signalFrom(files, sources, LISTEN, 'internet' as const);
}

/** A database schema that keeps people's addresses or passwords. */
export async function storedData(files: TextFiles): Promise<Signal<DataSensitivity> | undefined> {
  const schemas = files.paths.filter((path) => PRISMA.test(path)).slice(0, 10);
  return await signalFrom(
    files,
    schemas,
    /^\s+(?:email|password\w*|phone\w*|ssn|birth\w*|address)\s+String/i,
    'confidential' as const,
  );
}

function depth(path: string): number {
  return path.split('/').length;
}
