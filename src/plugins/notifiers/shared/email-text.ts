import type { Message } from '../../../domain/notification.ts';
import { line, type MessageItem, paragraphs, safeLink } from './text.ts';

const FOOTER = 'Sent by Suture. Sign in is needed to act; this message can do nothing by itself.';

export function emailText({ title, items }: Message): string {
  const parts = items.map((item) =>
    [
      ...(items.length > 1 ? [`* ${line(item.title, 500)}`] : []),
      paragraphs(item.body, 10_000),
      safeLink(item.link),
    ]
      .filter((text) => text !== '')
      .join('\n\n'),
  );
  return `${[line(title, 500), ...parts, `-- \n${FOOTER}`].join('\n\n')}\n`;
}

/** As plain as the text, with links to press: no images, no styles from elsewhere. */
export function emailHtml({ title, items }: Message): string {
  const parts = items.map((item) => itemHtml(item, items.length > 1));
  return [
    '<!doctype html><html><head><meta charset="utf-8"></head>',
    '<body style="font:16px/1.5 system-ui,sans-serif;color:#1f2328;max-width:40em;margin:1em auto">',
    `<h1 style="font-size:1.25em">${escaped(line(title, 500))}</h1>`,
    ...parts,
    `<p style="color:#59636e;font-size:.85em">${escaped(FOOTER)}</p></body></html>`,
  ].join('\n');
}

function itemHtml(item: MessageItem, withTitle: boolean): string {
  const heading = `<h2 style="font-size:1em;margin:1.5em 0 0">${escaped(line(item.title, 500))}</h2>`;
  const body = item.body.map(
    (text) => `<p style="white-space:pre-wrap">${escaped(paragraphs([text], 10_000))}</p>`,
  );
  const link = `<p><a href="${escaped(safeLink(item.link))}">Open in Suture</a></p>`;
  return [...(withTitle ? [heading] : []), ...body, link].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
