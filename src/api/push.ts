import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { SutureError } from '../domain/error.ts';
import type { ManagedAsset } from '../domain/managed-asset.ts';
import { writeFileAtomic } from '../platform/atomic-write.ts';
import { resolveCredential } from '../platform/credentials.ts';
import { asset } from '../store/assets.ts';
import type { ApiDependencies } from './dependencies.ts';
import { isSigned, type PushHeaders } from './push-signature.ts';
import type { limitRates } from './rates.ts';
import type { ApiEnvironment } from './requester.ts';

/** Where a forge tells of pushes to an asset. */
export function pushPath(assetId: string): string {
  return `/hooks/push/${assetId}`;
}

const MAX_BYTES = 5 * 1024 * 1024;

/** What the forges agree on: the ref, and which branch is the repository's own. */
const pushSchema = z.object({
  ref: z.string().optional(),
  repository: z.object({ default_branch: z.string().optional() }).optional(),
  project: z.object({ default_branch: z.string().optional() }).optional(),
});

/** Push hooks of GitHub, GitLab, Gitea and Forgejo: a push to a watched branch is scanned. */
export function pushHooks(
  dependencies: ApiDependencies,
  { attempts }: Pick<ReturnType<typeof limitRates>, 'attempts'>,
): Hono<ApiEnvironment> {
  const { store, client, clock } = dependencies;
  const routes = new Hono<ApiEnvironment>();
  const limited = bodyLimit({
    maxSize: MAX_BYTES,
    onError: () => {
      throw new SutureError('too-large', 'At most 5 MiB are taken here', {
        remedy: 'Send push events alone.',
      });
    },
  });
  routes.post('/hooks/push/:assetId', limited, async (context, next) => {
    const body = new Uint8Array(await context.req.arrayBuffer());
    const headers = { get: (name: string) => context.req.header(name) };
    if (!isSigned(body, headers, await pushSecret(dependencies), clock.now())) {
      // Only those who do not know the secret are slowed down.
      await attempts(context, () => Promise.resolve());
      throw new SutureError('sign-in-refused', 'The signature is missing or wrong', {
        remedy:
          'Put the secret of keys/webhook.secret (in Suture’s home) into the webhook’s settings.',
      });
    }
    const watched = await asset(store, context.req.param('assetId'));
    if (watched?.kind !== 'repository' || watched.archivedAt !== undefined) return await next();
    const why = notWatched(body, watched);
    if (why !== undefined) return context.json({ runId: null, why });
    const runId = await client.requestScan(watched.id, 'push', deliveryOf(headers));
    return context.json({ runId, why: null }, 202);
  });
  return routes;
}

/** A hook that is delivered twice asks for the same scan. */
function deliveryOf(headers: PushHeaders): { readonly key?: string } {
  const id = DELIVERIES.map((name) => headers.get(name)).find((value) => value !== undefined);
  return id === undefined ? {} : { key: `push ${id.slice(0, 200)}` };
}

/** How the forges number their deliveries; a new attempt has the number of the first. */
const DELIVERIES = [
  'x-github-delivery',
  'x-forgejo-delivery',
  'x-gitea-delivery',
  'x-gitlab-event-uuid',
  'webhook-id',
];

/** Why a push needs no scan; `undefined`: it does, or it cannot be told. */
function notWatched(body: Uint8Array, watched: ManagedAsset): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
  const parsed = pushSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { ref, repository, project } = parsed.data;
  if (ref === undefined) return 'This is no push.';
  const branch = watched.branch ?? repository?.default_branch ?? project?.default_branch;
  if (branch === undefined || ref === `refs/heads/${branch}`) return undefined;
  return `${branch} is watched, not ${ref.slice(0, 200)}.`;
}

/** The secret that hooks are signed with: the operator's, or one made on first use. */
export async function pushSecret({
  home,
  config,
}: Pick<ApiDependencies, 'home' | 'config'>): Promise<string> {
  if (config.pushSecret !== undefined)
    return await resolveCredential(config.pushSecret, { byOperator: true });
  const path = join(home, 'keys', 'webhook.secret');
  const known = await readSecret(path);
  if (known !== undefined) return known;
  await mkdir(join(home, 'keys'), { recursive: true, mode: 0o700 });
  const made = randomBytes(32).toString('base64url');
  await writeFileAtomic(path, `${made}\n`, { mode: 0o600, keepExisting: true });
  return (await readSecret(path)) ?? made;
}

async function readSecret(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const secret = text?.trim();
  return secret === '' ? undefined : secret;
}
