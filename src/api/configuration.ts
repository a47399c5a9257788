import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ipaddr from 'ipaddr.js';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { SutureError } from '../domain/error.ts';

const role = z.enum(['viewer', 'operator', 'approver', 'auditor', 'admin']);
const origin = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) address' })
  .transform((text, context) => {
    const { origin: value, pathname, username, search, hash } = new URL(text);
    if (pathname !== '/' || username !== '' || search !== '' || hash !== '') {
      context.addIssue({ code: 'custom', message: 'must be an address without path or user' });
    }
    return value;
  });
/** Addresses and networks. */
const network = z.string().refine((text) => ipaddr.isValid(text) || ipaddr.isValidCIDR(text), {
  error: 'must be an IP address or network (10.0.0.0/8)',
});

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const settingsSchema = z.strictObject({
  publicUrl: origin.optional(),
  allowedHosts: z.array(z.string()).default([]),
  trustedProxies: z.array(network).default([]),
  outbound: z.strictObject({ allow: z.array(z.string()).default([]) }).prefault({}),
  pushSecret: z.string().optional(),
  sessions: z
    .strictObject({
      idleHours: z.number().positive().max(720).default(12),
      maximumDays: z.number().positive().max(90).default(7),
    })
    .prefault({}),
  rates: z
    .strictObject({
      perMinute: z.number().int().min(10).default(1200),
      changesPerMinute: z.number().int().min(1).default(300),
      signInsPerMinute: z.number().int().min(1).default(20),
      anonymousPerMinute: z.number().int().min(1).default(300),
    })
    .prefault({}),
  oidc: z
    .strictObject({
      name: z.string().min(1).max(60).default('Single sign-on'),
      // Without TLS anybody on the way could sign in as anybody; on this machine nobody is on it.
      issuer: z.url({ protocol: /^https?$/ }).refine(
        (text) => {
          // What is no address at all is refused already.
          const { protocol, hostname = '' } = URL.parse(text) ?? {};
          return protocol !== 'http:' || LOOPBACK.test(hostname);
        },
        { error: 'must be https' },
      ),
      clientId: z.string().min(1),
      clientSecret: z.string().optional(),
      scopes: z.array(z.string()).default(['openid', 'profile', 'email']),
      groupsClaim: z.string().min(1).default('groups'),
      roles: z.record(z.string(), role).default({}),
    })
    .optional(),
});

/** How API and page are served. Times in seconds. */
export interface ApiConfiguration {
  /** Origin under which people reach the page, for links and cookies; absent: the address asked. */
  readonly publicUrl?: string;
  /** Names, beside the public one and plain addresses, under which requests are taken. */
  readonly allowedHosts: readonly string[];
  /** Proxies whose `X-Forwarded-*` counts. */
  readonly trustedProxies: readonly string[];
  /** What requests that users configure may reach beside the public Internet. */
  readonly outbound: { readonly allow: readonly string[] };
  /** Reference to the secret of push hooks; absent: `keys/webhook.secret`. */
  readonly pushSecret?: string;
  readonly sessions: { readonly idleSeconds: number; readonly maximumSeconds: number };
  readonly rates: z.output<typeof settingsSchema>['rates'];
  readonly oidc?: OidcConfiguration;
}

export interface OidcConfiguration {
  /** What the button says. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  /** A reference; absent: a public client, by PKCE alone. */
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  readonly groupsClaim: string;
  /** Group to role. Empty: groups give no roles, and an admin gives them on the page. */
  readonly roles: Readonly<Record<string, z.output<typeof role>>>;
}

const FILE = 'server.yaml';

/** Environment variables, and the setting that each one is. */
const VARIABLES: readonly (readonly [name: string, path: readonly string[], list?: 'list'])[] = [
  ['SUTURE_PUBLIC_URL', ['publicUrl']],
  ['SUTURE_ALLOWED_HOSTS', ['allowedHosts'], 'list'],
  ['SUTURE_TRUSTED_PROXIES', ['trustedProxies'], 'list'],
  ['SUTURE_OUTBOUND_ALLOW', ['outbound', 'allow'], 'list'],
  ['SUTURE_PUSH_SECRET', ['pushSecret']],
  ['SUTURE_OIDC_NAME', ['oidc', 'name']],
  ['SUTURE_OIDC_ISSUER', ['oidc', 'issuer']],
  ['SUTURE_OIDC_CLIENT_ID', ['oidc', 'clientId']],
  ['SUTURE_OIDC_CLIENT_SECRET', ['oidc', 'clientSecret']],
  ['SUTURE_OIDC_SCOPES', ['oidc', 'scopes'], 'list'],
  ['SUTURE_OIDC_GROUPS_CLAIM', ['oidc', 'groupsClaim']],
];
const ROLES_VARIABLE = 'SUTURE_OIDC_ROLES';

/**
 * Reads `server.yaml` in `home`, where there is one, and the environment, which goes first.
 *
 * @throws SutureError `server-configuration-invalid` with the file's line or the variable's name
 */
export async function apiConfiguration(
  home: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<ApiConfiguration> {
  const path = join(home, FILE);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    throw invalid(path, lines.linePos(syntax.pos[0]).line, syntax.message);
  }
  const fromVariable = new Map<string, string>();
  for (const [name, keys, list] of VARIABLES) {
    const value = environment[name]?.trim();
    if (!value) continue;
    document.setIn(keys, list === undefined ? value : commaList(value));
    fromVariable.set(keys.join('.'), name);
  }
  const roles = environment[ROLES_VARIABLE]?.trim();
  if (roles) {
    document.setIn(['oidc', 'roles'], pairs(roles));
    fromVariable.set('oidc.roles', ROLES_VARIABLE);
  }
  const parsed = settingsSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return configurationOf(parsed.data);
  const [issue] = parsed.error.issues;
  const keys = (issue?.path ?? []).map(String);
  const variable = [...fromVariable].find(([setting]) => keys.join('.').startsWith(setting))?.[1];
  const message = `${keys.join('.') || 'the document'}: ${issue?.message ?? 'does not fit'}`;
  if (variable !== undefined) throw invalid(variable, undefined, message);
  const node = document.getIn(keys, true) as { range?: readonly number[] } | undefined;
  const at = node?.range?.[0];
  throw invalid(path, at === undefined ? undefined : lines.linePos(at).line, message);
}

function configurationOf(settings: z.output<typeof settingsSchema>): ApiConfiguration {
  const { publicUrl, pushSecret, oidc, sessions } = settings;
  return {
    allowedHosts: settings.allowedHosts.map((host) => host.toLowerCase()),
    trustedProxies: settings.trustedProxies,
    outbound: settings.outbound,
    rates: settings.rates,
    sessions: {
      idleSeconds: Math.round(sessions.idleHours * 3600),
      maximumSeconds: Math.round(sessions.maximumDays * 86_400),
    },
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(pushSecret === undefined ? {} : { pushSecret }),
    ...(oidc === undefined ? {} : { oidc: oidcOf(oidc) }),
  };
}

function oidcOf({
  clientSecret,
  ...rest
}: NonNullable<z.output<typeof settingsSchema>['oidc']>): OidcConfiguration {
  return { ...rest, ...(clientSecret === undefined ? {} : { clientSecret }) };
}

const commaList = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** `sre=operator,security=admin`; group names with commas have to go into the file. */
const pairs = (text: string) =>
  Object.fromEntries(
    commaList(text).map((pair) => {
      const at = pair.lastIndexOf('=');
      return [pair.slice(0, Math.max(0, at)).trim(), pair.slice(at + 1).trim()];
    }),
  );

function invalid(where: string, line: number | undefined, message: string): SutureError {
  const place = line === undefined ? where : `${where}:${line}`;
  return new SutureError('server-configuration-invalid', `${place}: ${message}`, {
    remedy: 'Correct it and start again; docs/guide/access.md lists the settings.',
    ...(line === undefined ? {} : { line }),
  });
}
