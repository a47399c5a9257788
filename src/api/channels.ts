import { randomUUID } from 'node:crypto';
import type { z } from '@hono/zod-openapi';
import { messageOf, SutureError } from '../domain/error.ts';
import { withoutSecrets } from '../platform/log.ts';
import {
  type Channel,
  type ChannelInput,
  channelById,
  createChannel,
  deleteChannel,
  listChannels,
  updateChannel,
} from '../store/channels.ts';
import { listNotifications } from '../store/notifications.ts';
import { type BoundOperation, bind } from './bind.ts';
import { operation } from './contract/index.ts';
import { notFound, numberOf, pageOfRows, readNumber } from './cursor.ts';
import type { ApiDependencies } from './dependencies.ts';

const TEST_MS = 20_000;

/** Where people are told, and what they were told. */
export function channelHandlers(dependencies: ApiDependencies): readonly BoundOperation[] {
  const { store } = dependencies;
  const shown = async (id: string) => {
    const [channel] = await listChannels(store, { limit: 1, after: String(BigInt(id) - 1n) });
    if (channel?.id !== id) throw notFound('channel', id);
    return channel;
  };
  return [
    bind(operation.listChannels, async ({ query }) => {
      const after = readNumber('channels', query.cursor);
      const rows = await listChannels(store, {
        limit: query.limit + 1,
        ...(after === undefined ? {} : { after }),
      });
      return pageOfRows('channels', rows, query.limit, ({ id }) => [id]);
    }),

    bind(operation.createChannel, async ({ body }) => {
      const { id } = await createChannel(store, inputOf(body));
      return await shown(id);
    }),

    bind(operation.updateChannel, async ({ params, body }) => {
      const id = numberOf(params.id, 'channel');
      if ((await updateChannel(store, id, inputOf(body))) === undefined) {
        throw notFound('channel', id);
      }
      return await shown(id);
    }),

    bind(operation.deleteChannel, async ({ params }) => {
      const id = numberOf(params.id, 'channel');
      if (!(await deleteChannel(store, id))) throw notFound('channel', id);
      return { done: true as const };
    }),

    bind(operation.testChannel, async ({ params, asker, exchange }) => {
      const channel = await channelById(store, numberOf(params.id, 'channel'));
      if (channel === undefined) throw notFound('channel', params.id);
      const to = exchange.email ?? channel.recipients[0];
      return await tryChannel(dependencies, channel, asker.name, to, exchange.signal);
    }),

    bind(operation.listNotifications, async ({ query }) => {
      const before = readNumber('notifications', query.cursor);
      const rows = await listNotifications(store, {
        limit: query.limit + 1,
        ...(before === undefined ? {} : { before }),
      });
      return pageOfRows('notifications', rows, query.limit, ({ id }) => [id]);
    }),
  ];
}

type Body = Parameters<Parameters<typeof bind<typeof operation.createChannel>>[1]>[0]['body'];

function inputOf({ credential, sender, recipients, ...rest }: Body): ChannelInput {
  return {
    ...rest,
    ...(credential === undefined ? {} : { credential }),
    ...(sender === undefined ? {} : { sender }),
    ...(recipients === undefined ? {} : { recipients }),
  };
}

/** Sends one message at once, past the queue, so that whoever sets a channel up sees what happens. */
async function tryChannel(
  { notifiers, config }: ApiDependencies,
  { kind, address, credential, sender }: Channel,
  by: string,
  to: string | undefined,
  signal: AbortSignal,
): Promise<
  z.input<(typeof operation.testChannel)['responses'][200]['content']['application/json']['schema']>
> {
  try {
    const notifier = (await notifiers()).find((one) => one.kind === kind);
    if (notifier === undefined) throw noNotifier(kind);
    if (kind === 'email' && to === undefined) throw noAddress();
    const message = {
      id: `test-${randomUUID()}`,
      title: 'Suture can reach you here',
      items: [
        {
          kind: 'test',
          title: 'Suture can reach you here',
          body: [`${by} has tried this channel.`],
          link: `${config.publicUrl ?? 'http://127.0.0.1:4870'}/settings`,
        },
      ],
      to: kind === 'email' && to !== undefined ? [to] : [],
    } as const;
    await notifier.deliver(
      message,
      {
        kind,
        address,
        ...(credential === null ? {} : { credential }),
        ...(sender === null ? {} : { from: sender }),
      },
      AbortSignal.any([signal, AbortSignal.timeout(TEST_MS)]),
    );
    return { delivered: true, error: null };
  } catch (error) {
    const remedy = error instanceof SutureError ? `. ${error.remedy}` : '';
    return { delivered: false, error: withoutSecrets(messageOf(error) + remedy) };
  }
}

function noNotifier(kind: string): SutureError {
  return new SutureError('unprocessable', `Nothing here delivers to ${kind}`, {
    remedy: 'Use another kind of channel.',
  });
}

function noAddress(): SutureError {
  return new SutureError('unprocessable', 'You have no e-mail address here', {
    remedy: 'An admin can enter one (Settings, People), or give the channel recipients.',
  });
}
