import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { problemOf } from './problem.ts';
import type { ApiContext } from './requester.ts';

/** A problem for somebody who came by following a link: one small page, without the built one. */
export function problemPage(
  context: ApiContext,
  error: unknown,
  link: { readonly href: string; readonly text: string },
): Response | Promise<Response> {
  const { title, detail, remedy, status } = problemOf(error);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Suture</title>
        <style>
          body { font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem; }
          h1 { font-size: 1.25rem; }
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p>${detail ?? ''}</p>
          <p>${remedy ?? ''}</p>
          <p><a href="${link.href}">${link.text}</a></p>
        </main>
      </body>
    </html>`;
  return context.html(page, status as ContentfulStatusCode);
}
