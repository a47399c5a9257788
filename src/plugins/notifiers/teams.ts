import type { Message } from '../../domain/notification.ts';
import type { Notifier } from '../../ports/notifier.ts';
import { hookAddress, type NotifierOptions, postHook } from './shared/hook.ts';
import { leftOut, line, type MessageItem, paragraphs, safeLink } from './shared/text.ts';

/** A message may have 28 KB; the rest is for the envelope. */
const LARGEST_CARD = 24_000;
const ITEMS = 15;

/** Microsoft Teams, by a Workflows webhook and an Adaptive Card 1.4. */
export function teamsNotifier(options: NotifierOptions): Notifier {
  return {
    kind: 'teams',
    async deliver(message, settings, signal) {
      const address = await hookAddress(settings, options);
      const body = JSON.stringify(teamsMessage(message));
      const headers = { 'x-suture-delivery': message.id };
      await postHook(address, { body, headers, signal, secrets: [] }, options);
    },
  };
}

function teamsMessage(message: Message) {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: fittingCard(message),
      },
    ],
  };
}

/** As many items as there is room for. */
function fittingCard(message: Message) {
  for (let count = Math.min(ITEMS, message.items.length); ; count -= 1) {
    const made = card(message, count);
    if (count <= 1 || Buffer.byteLength(JSON.stringify(made)) <= LARGEST_CARD) return made;
  }
}

/** What others wrote goes into TextRuns alone: unlike TextBlocks they know no Markdown. */
function card({ title, items }: Message, count: number) {
  const more = leftOut(items.length, count);
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      rich({ text: line(title, 200), size: 'medium', weight: 'bolder' }),
      ...items.slice(0, count).flatMap((item) => elementsOf(item, items.length > 1)),
      ...(more === undefined ? [] : [rich({ text: more, isSubtle: true })]),
    ],
    msteams: { width: 'Full' },
  };
}

function elementsOf(item: MessageItem, withTitle: boolean) {
  const text = paragraphs(item.body, 3_000);
  return [
    ...(withTitle ? [rich({ text: line(item.title, 300), weight: 'bolder' }, true)] : []),
    ...(text === '' ? [] : [rich({ text })]),
    {
      type: 'ActionSet',
      actions: [{ type: 'Action.OpenUrl', title: 'Open in Suture', url: safeLink(item.link) }],
    },
  ];
}

function rich(run: Readonly<Record<string, unknown>>, separator = false) {
  return { type: 'RichTextBlock', separator, inlines: [{ type: 'TextRun', ...run }] };
}
