import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import type { ApiEnvironment } from './requester.ts';

const SCRIPT = '/reference/explorer.js';

/** Its own styles are written by script; it asks nobody but us. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Reference of the API · Suture</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <script type="module" src="${SCRIPT}"></script>
  </head>
  <body>
    <openapi-explorer
      spec-url="/openapi.json"
      hide-server-selection="true"
      use-path-in-nav-bar="false"
      primary-color="#2f6f5e"
      secondary-color="#7fb8a4"
      nav-bg-color="#16201d"
      nav-hover-bg-color="#22312c"
      nav-text-color="#d7e3de"
      nav-hover-text-color="#ffffff"
    ></openapi-explorer>
  </body>
</html>
`;

/** A page to read the API with, from this package alone: it works without a network. */
export function reference(): Hono<ApiEnvironment> {
  const routes = new Hono<ApiEnvironment>();
  routes.get('/reference', (context) =>
    context.html(PAGE, 200, { 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' }),
  );
  routes.get(SCRIPT, async (context) => {
    const path = import.meta.resolve('openapi-explorer/dist/browser/openapi-explorer.min.js');
    return context.body(new Uint8Array(await readFile(fileURLToPath(path))), 200, {
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'no-cache',
    });
  });
  return routes;
}
