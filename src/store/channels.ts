import { sql } from 'kysely';
import { SutureError } from '../domain/error.ts';
import type { ChannelKind } from '../domain/notification.ts';
import { checkCredentialReference } from '../platform/credentials.ts';
import type { Store } from './database.ts';

/** Where people are told. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  /** `smtp(s)://` for e-mail, else the hook's https address; '' where the credential is the hook. */
  readonly address: string;
  /** `env:NAME` or `file:PATH`. */
  readonly credential: string | null;
  /** Who e-mails are from. */
  readonly sender: string | null;
  /** E-mail addresses that get what is for nobody in particular. */
  readonly recipients: readonly string[];
  /** Empty: all. */
  readonly kinds: readonly string[];
  /** Minutes between digests of what is not urgent. */
  readonly digestMinutes: number;
  readonly enabled: boolean;
}

export interface ChannelInput {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly address: string;
  readonly credential?: string;
  readonly sender?: string;
  readonly recipients?: readonly string[];
  readonly kinds?: readonly string[];
  readonly digestMinutes?: number;
  readonly enabled?: boolean;
}

const columns = [
  'id',
  'name',
  'kind',
  'address',
  'credential',
  'sender',
  'recipients',
  'kinds',
  'digest_minutes as digestMinutes',
  'enabled',
] as const;

/** @throws SutureError `channel-invalid`, `channel-exists`, `credential-invalid` */
export async function createChannel(db: Store, input: ChannelInput): Promise<Channel> {
  checkChannel(input);
  return await db
    .insertInto('channel')
    .values(rowOf(input))
    .returning(columns)
    .executeTakeFirstOrThrow()
    .catch((error: unknown) => refuseSameName(error, input.name));
}

/**
 * @returns nothing where there is no such channel
 * @throws SutureError `channel-invalid`, `channel-exists`, `credential-invalid`
 */
export async function updateChannel(
  db: Store,
  id: string,
  input: ChannelInput,
): Promise<Channel | undefined> {
  checkChannel(input);
  return await db
    .updateTable('channel')
    .set(rowOf(input))
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirst()
    .catch((error: unknown) => refuseSameName(error, input.name));
}

/** Takes a channel away with what was still to be delivered to it. */
export async function deleteChannel(db: Store, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('channel')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

export async function channelById(db: Store, id: string): Promise<Channel | undefined> {
  return await db.selectFrom('channel').select(columns).where('id', '=', id).executeTakeFirst();
}

export interface ChannelState extends Channel {
  /** Deliveries that wait for their time or another attempt. */
  readonly pending: number;
  /** Why the newest delivery that failed did. */
  readonly lastError: string | null;
}

/** By id; `after` is the last one of the page before. */
export async function listChannels(
  db: Store,
  page: { readonly limit: number; readonly after?: string },
): Promise<readonly ChannelState[]> {
  const rows = await db
    .selectFrom('channel')
    .select(columns)
    .select((row) => [
      row
        .selectFrom('delivery')
        .select((delivery) => delivery.fn.countAll<string>().as('n'))
        .whereRef('delivery.channel_id', '=', 'channel.id')
        .where('delivery.state', 'in', ['pending', 'sending'])
        .as('pending'),
      row
        .selectFrom('delivery')
        .select('delivery.error')
        .whereRef('delivery.channel_id', '=', 'channel.id')
        .where('delivery.error', 'is not', null)
        .orderBy('delivery.id', 'desc')
        .limit(1)
        .as('lastError'),
    ])
    .$if(page.after !== undefined, (query) => query.where('id', '>', page.after ?? ''))
    .orderBy(sql`channel.id`)
    .limit(page.limit)
    .execute();
  return rows.map((row) => ({ ...row, pending: Number(row.pending) }));
}

function rowOf(input: ChannelInput) {
  return {
    name: input.name,
    kind: input.kind,
    address: input.address,
    credential: input.credential ?? null,
    sender: input.sender ?? null,
    recipients: [...(input.recipients ?? [])],
    kinds: [...(input.kinds ?? [])],
    digest_minutes: input.digestMinutes ?? 60,
    enabled: input.enabled ?? true,
  };
}

const SCHEMES: Readonly<Record<ChannelKind, readonly string[]>> = {
  email: ['smtp:', 'smtps:'],
  slack: ['https:'],
  teams: ['https:'],
  webhook: ['https:', 'http:'],
};

/** One address and nothing that could become a header or a second address. */
const EMAIL = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,255}$/;

function checkChannel(input: ChannelInput): void {
  const { kind, address, credential, sender, recipients = [] } = input;
  if (credential !== undefined) checkCredentialReference(credential);
  const hookBySecret = (kind === 'slack' || kind === 'teams') && credential !== undefined;
  if (!(hookBySecret && address === '')) checkAddress(address, kind);
  if (kind === 'webhook' && credential === undefined) {
    throw invalid(
      'A webhook needs a secret to sign with',
      'Give it as a credential: env:NAME or file:PATH.',
    );
  }
  if (kind === 'email' && sender === undefined) {
    throw invalid('E-mail needs a sender', 'Give one, as in suture@example.com.');
  }
  for (const one of [...(sender === undefined ? [] : [sender]), ...recipients]) {
    if (!EMAIL.test(one))
      throw invalid('That is no e-mail address', 'Write it as name@example.com.');
  }
}

function checkAddress(address: string, kind: ChannelKind): void {
  const url = URL.parse(address);
  const schemes = SCHEMES[kind];
  if (url === null || url.hostname === '' || !schemes.includes(url.protocol)) {
    throw invalid(
      'The address does not fit the kind',
      `Begin it with ${schemes.join('// or ')}//.`,
    );
  }
  if (url.password !== '' || (url.username !== '' && kind !== 'email')) {
    throw invalid(
      'The address holds a password',
      'Give it as a credential: env:NAME or file:PATH.',
    );
  }
}

function invalid(message: string, remedy: string): SutureError {
  return new SutureError('channel-invalid', message, { remedy });
}

/** PostgreSQL's SQLSTATE, class 23. */
const UNIQUE_VIOLATION = '23505';

function refuseSameName(error: unknown, name: string): never {
  if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
  throw new SutureError('channel-exists', `There is a channel “${name}” already`, {
    remedy: 'Give another name, or change that one.',
    cause: error,
  });
}
