import type { Message } from '../../domain/notification.ts';
import type { Notifier } from '../../ports/notifier.ts';
import { hookAddress, type NotifierOptions, postHook } from './shared/hook.ts';
import { leftOut, line, type MessageItem, paragraphs, safeLink } from './shared/text.ts';

/** A message has at most 50 blocks, an item takes two. */
const ITEMS = 20;
/** A section's text has at most 3,000 characters, a header's 150 (Block Kit reference). */
const TEXT = 2_900;
const HEADER = 150;

/** Slack, by an incoming webhook and Block Kit. */
export function slackNotifier(options: NotifierOptions): Notifier {
  return {
    kind: 'slack',
    async deliver(message, settings, signal) {
      const address = await hookAddress(settings, options);
      const body = JSON.stringify(slackMessage(message));
      const headers = { 'x-suture-delivery': message.id };
      await postHook(address, { body, headers, signal, secrets: [] }, options);
    },
  };
}

/** What others wrote goes into `plain_text` alone, which knows no links, mentions or formats. */
function slackMessage({ title, items }: Message) {
  const shown = items.slice(0, ITEMS);
  const more = leftOut(items.length, shown.length);
  return {
    // For notifications and clients without blocks.
    text: escaped(line(title, HEADER)),
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(line(title, HEADER)) },
      ...shown.flatMap((item) => blocksOf(item, items.length > 1)),
      ...(more === undefined ? [] : [{ type: 'section', text: plain(more) }]),
    ],
  };
}

function blocksOf(item: MessageItem, withTitle: boolean) {
  const title = withTitle || item.body.length === 0 ? line(item.title, 300) : '';
  const text = [title, paragraphs(item.body, TEXT - title.length - 2)].filter(Boolean).join('\n');
  return [
    { type: 'section', text: plain(text) },
    {
      type: 'section',
      text: { type: 'mrkdwn', text: `<${safeLink(item.link)}|Open in Suture>`, verbatim: true },
    },
  ];
}

function plain(text: string) {
  return { type: 'plain_text', text, emoji: false };
}

/** The three characters that Slack gives a meaning to in `text`. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
