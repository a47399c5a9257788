import { connect, type Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import { messageOf, SutureError } from '../../domain/error.ts';
import type { Message } from '../../domain/notification.ts';
import { resolveCredential } from '../../platform/credentials.ts';
import {
  allowedAddresses,
  pinnedLookup,
  type ResolvedAddress,
} from '../../platform/outbound-address.ts';
import type { ChannelSettings, Notifier } from '../../ports/notifier.ts';
import { emailHtml, emailText } from './shared/email-text.ts';
import { DeliveryDelayed, refused } from './shared/failure.ts';
import type { NotifierOptions } from './shared/hook.ts';
import { line } from './shared/text.ts';

const TIMEOUT_MS = 20_000;
/** One address and nothing that could become a header or a second address. */
const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,255}$/;

/**
 * E-mail by SMTP: `smtps://` is TLS from the start, `smtp://` asks for STARTTLS and does without
 * only where the address ends in `?starttls=never`. The address may name the user
 * (`smtp://user@host:587`); the credential is the password.
 */
export function emailNotifier(options: NotifierOptions): Notifier {
  return {
    kind: 'email',
    async deliver(message, settings, signal) {
      signal.throwIfAborted();
      const server = serverOf(settings);
      const { from } = settings;
      if (from === undefined || ![from, ...message.to].every((address) => ADDRESS.test(address))) {
        throw refused('An e-mail address is none', 'Write them as name@example.com.');
      }
      const secret =
        settings.credential === undefined
          ? undefined
          : await resolveCredential(settings.credential, options);
      const addresses = await allowedAddresses(
        server.host,
        options.outbound.allow,
        options.outbound.resolve,
      );
      try {
        await send(addresses, server, mailOf(message, from), secret, signal);
      } catch (error) {
        signal.throwIfAborted();
        throw failureOf(error, server.host, secret);
      }
    },
  };
}

interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly tls: 'from the start' | 'required' | 'never';
  readonly user?: string;
}

function serverOf({ address }: ChannelSettings): MailServer {
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:')) {
    throw refused('The address is no mail server', 'Write it as smtp://host:587.');
  }
  const always = url.protocol === 'smtps:';
  const never = url.searchParams.get('starttls') === 'never';
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (always ? 465 : 587) : Number(url.port),
    tls: always ? 'from the start' : never ? 'never' : 'required',
    ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
  };
}

async function send(
  addresses: readonly ResolvedAddress[],
  { host, port, tls, user }: MailServer,
  mail: ReturnType<typeof mailOf>,
  secret: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  let socket: Socket | undefined;
  const transport = createTransport({
    host,
    port,
    servername: host,
    secure: tls === 'from the start',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'never',
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    ...(user === undefined || secret === undefined ? {} : { auth: { user, pass: secret } }),
    // To an address that was checked, whatever the name service says by now.
    getSocket(_options, callback) {
      socket = connect({ host, port, lookup: pinnedLookup(addresses) });
      whenConnected(socket, callback);
    },
  });
  try {
    // Nothing that a text says is fetched, nor read from this machine.
    await transport.sendMail({ ...mail, signal, disableFileAccess: true, disableUrlAccess: true });
  } finally {
    transport.close();
    socket?.destroy();
  }
}

function whenConnected(
  socket: Socket,
  callback: (error: Error | null, found?: { connection: Socket }) => void,
): void {
  // One that breaks later, when nobody looks at it any more, must not end the process.
  socket.on('error', () => {});
  const failed = (error: Error) => callback(error);
  socket.once('error', failed).once('connect', () => {
    socket.setTimeout(0).removeListener('error', failed);
    callback(null, { connection: socket });
  });
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('it did not answer in time')));
}

function mailOf(message: Message, from: string) {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    from: { name: 'Suture', address: from },
    to: message.to.map((address) => ({ name: '', address })),
    subject: line(message.title, 200),
    text: emailText(message),
    html: emailHtml(message),
    messageId: `<${message.id}@${domain}>`,
    headers: {
      'X-Suture-Delivery': message.id,
      // RFC 3834: no vacation notices, please.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
  };
}

/** 5yz is for good, and so are refused credentials (RFC 5321 section 4.2.1); the rest is not. */
function failureOf(error: unknown, host: string, secret: string | undefined): unknown {
  if (error instanceof SutureError) return error;
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  const said = line(withoutSecret(messageOf(error), secret), 300);
  // Without TLS nothing was asked yet; it may be somebody on the way who took it out.
  if (responseCode !== undefined && responseCode >= 500 && code !== 'ETLS') {
    return refused(`${host} refused it: ${said}`, 'Check recipient, sender and credentials.');
  }
  return new DeliveryDelayed(`${host}: ${said}`);
}

/** A server may repeat a password, plain or as it was sent. */
function withoutSecret(text: string, secret: string | undefined): string {
  if (secret === undefined) return text;
  const encoded = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return text.replaceAll(secret, '***').replaceAll(encoded, '***');
}
