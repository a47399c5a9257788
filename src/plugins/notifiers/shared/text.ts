import { neutralise } from '../../../domain/neutralise.ts';
import type { Message } from '../../../domain/notification.ts';

export type MessageItem = Message['items'][number];

/** One line without control characters, at most `length` UTF-16 units. */
export function line(text: string, length: number): string {
  return shortened(neutralise(text.toWellFormed()), length);
}

/** Paragraphs as one text, cleaned the same way, with an empty line between them. */
export function paragraphs(body: readonly string[], length: number): string {
  const clean = body.map((text) => neutralise(text.toWellFormed(), { multiline: true }).trim());
  return shortened(clean.filter((text) => text !== '').join('\n\n'), length);
}

function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  // Not in the middle of a pair.
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * An address that is safe inside of `<…|…>`, attributes and Markdown: whatever of it could end one
 * of these is percent-encoded.
 *
 * @throws TypeError when it is no absolute http(s) address
 */
export function safeLink(link: string): string {
  const url = new URL(link);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError(`${url.protocol} is no address of a page`);
  }
  return url.href.replaceAll(/[|<>"'()[\]\\*_~`\s]/g, (character) =>
    character === '_' || character === '~'
      ? character
      : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** How many items are left out of a message that shows `shown` of them, in words. */
export function leftOut(total: number, shown: number): string | undefined {
  return total > shown ? `and ${total - shown} more` : undefined;
}
