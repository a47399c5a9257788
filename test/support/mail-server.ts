import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { onTestFinished } from 'vitest';

interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers in lower case, unfolded. */
  readonly headers: ReadonlyMap<string, string>;
  /** The whole of it as it came. */
  readonly raw: string;
  /** Parts by content type, decoded. */
  readonly parts: ReadonlyMap<string, string>;
}

export interface MailServer {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** What the next mails are answered with: nothing is accepted, a code is not, silence hangs. */
  answer: 'accept' | 'silence' | { readonly code: number; readonly message: string };
}

/** A real SMTP server on 127.0.0.1, until the test ends. Users sign in with `password`, if given. */
export async function mailServer(
  options: { readonly password?: string; readonly secure?: boolean } = {},
): Promise<MailServer> {
  const state: { -readonly [K in keyof MailServer]: MailServer[K] } = {
    port: 0,
    mails: [],
    answer: 'accept',
  };
  const server = new SMTPServer({
    secure: options.secure ?? false,
    authOptional: options.password === undefined,
    disabledCommands: options.secure === true ? [] : ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth(auth, _session, callback) {
      if (auth.password === options.password) callback(null, { user: auth.username ?? '' });
      else callback(new Error(`535 not with ${auth.password}`));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (state.answer === 'silence') return;
        if (state.answer !== 'accept') {
          const { code, message } = state.answer;
          callback(Object.assign(new Error(message), { responseCode: code }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        const raw = Buffer.concat(chunks).toString('utf8');
        state.mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          ...read(raw),
        });
        callback();
      });
    },
  });
  // A client that goes away is no error of the test.
  server.on('error', () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    await new Promise<void>((resolve) => {
      server.close(resolve);
      for (const connection of server.connections) connection.close();
    });
  });
  state.port = (server.server.address() as AddressInfo).port;
  return state;
}

function read(raw: string): Pick<ReceivedMail, 'headers' | 'raw' | 'parts'> {
  const { headers, body } = split(raw);
  const boundary = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '')?.[1];
  const parts = boundary === undefined ? [raw] : body.split(`--${boundary}`).slice(1, -1);
  return { headers, raw, parts: new Map(parts.map(decoded)) };
}

function decoded(part: string): [string, string] {
  const { headers, body } = split(part.replace(/^\r\n/, ''));
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  const encoding = headers.get('content-transfer-encoding');
  if (encoding === 'base64') return [type, Buffer.from(body, 'base64').toString('utf8')];
  if (encoding !== 'quoted-printable') return [type, body];
  const bytes = body
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return [type, Buffer.from(bytes, 'latin1').toString('utf8')];
}

function split(text: string): { headers: Map<string, string>; body: string } {
  const end = text.indexOf('\r\n\r\n');
  const lines = text
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { headers: new Map(headers), body: text.slice(end + 4) };
}
