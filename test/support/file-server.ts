import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface FileServer {
  readonly url: string;
  /** `200 /path` per answered request, in order. */
  readonly log: string[];
  /** Paths answered with 500. */
  readonly broken: Set<string>;
}

/** Serves a folder on 127.0.0.1 with ETags, until the test ends. */
export async function serveFolder(folder: string): Promise<FileServer> {
  const log: string[] = [];
  const broken = new Set<string>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    const file = join(folder, path);
    const finish = (status: number, headers: Record<string, string>, body?: Buffer) => {
      log.push(`${status} ${path}`);
      response.writeHead(status, headers).end(body);
    };
    if (broken.has(path)) return finish(500, {});
    if (!existsSync(file)) return finish(404, {});
    const body = readFileSync(file);
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
    if (request.headers['if-none-match'] === etag) return finish(304, { etag });
    return finish(200, { etag, 'content-length': String(body.length) }, body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, log, broken };
}
