import type { Criticality, DataSensitivity, Exposure } from '../../../domain/context.ts';
import type { DependencyGraph } from '../../../domain/dependency-graph.ts';
import { isAside, type Signal, type TextFiles } from './text-files.ts';

/** Frameworks whose presence at run time means that requests come in. */
const SERVERS =
  /^(?:express|fastify|koa|hono|polka|restify|connect|micro|h3|elysia|next|nuxt|@sveltejs\/kit|@remix-run\/(?:node|serve|express)|@react-router\/(?:node|serve|express)|astro|@nestjs\/core|@hapi\/hapi|@feathersjs\/express|@adonisjs\/core|sails|@strapi\/strapi|apollo-server(?:-\w+)?|@apollo\/server|graphql-yoga|@trpc\/server|socket\.io|ws|@loopback\/rest|moleculer-web|@marblejs\/core|egg)$/;
const PAYMENTS =
  /^(?:stripe|braintree|square|razorpay|@paypal\/.+|@adyen\/.+|@mollie\/api-client|dwolla-v2|plaid)$/;
const HEALTH =
  /^(?:fhir|fhirclient|@medplum\/.+|@types\/fhir|node-hl7.*|hl7.*|cornerstone-core|dcmjs)$/;
const CREDENTIALS =
  /^(?:bcrypt|bcryptjs|argon2|scrypt-kdf|passport(?:-.+)?|next-auth|@auth\/.+|lucia|otplib|speakeasy|express-session|openid-client|oidc-provider|@simplewebauthn\/server|jsonwebtoken|jose)$/;

/** A package the asset's own manifests require at run time. */
export interface DirectDependency {
  readonly name: string;
  /** The manifest that requires it. */
  readonly manifest: string;
}

/** Direct run-time dependencies of all workspaces but examples and tests; sorted, without repeats. */
export function directDependencies(
  graphs: readonly DependencyGraph[],
): readonly DirectDependency[] {
  const found = new Map<string, DirectDependency>();
  for (const graph of graphs) {
    const base = graph.file.slice(0, graph.file.lastIndexOf('/') + 1);
    for (const workspace of graph.workspaces) {
      const manifest = manifestOf(base, workspace.path);
      if (isAside(manifest)) continue;
      for (const edge of workspace.dependencies) {
        if (edge.kind !== 'runtime' && edge.kind !== 'optional') continue;
        const name =
          (edge.to === undefined ? undefined : graph.packages.get(edge.to)?.name) ?? edge.name;
        found.set(`${manifest}\0${name}`, { name, manifest });
      }
    }
  }
  return [...found.keys()].sort().flatMap((key) => found.get(key) ?? []);
}

/** A workspace's manifest; readers differ in whether its path counts from the lockfile's folder. */
function manifestOf(base: string, workspace: string): string {
  const folder = workspace === '' ? '' : `${workspace}/`;
  return folder.startsWith(base) ? `${folder}package.json` : `${base}${folder}package.json`;
}

/** A web framework means that strangers' input comes in, wherever it will be deployed. */
export async function serverExposure(
  dependencies: readonly DirectDependency[],
  files: TextFiles,
): Promise<Signal<Exposure> | undefined> {
  return await signal(dependencies, SERVERS, files, 'internet', 'takes requests with');
}

/** What it handles, from the libraries it handles it with. */
export async function handledData(
  dependencies: readonly DirectDependency[],
  files: TextFiles,
): Promise<Signal<DataSensitivity> | undefined> {
  return (
    (await signal(dependencies, PAYMENTS, files, 'regulated', 'handles payments with')) ??
    (await signal(dependencies, HEALTH, files, 'regulated', 'handles health records with')) ??
    (await signal(dependencies, CREDENTIALS, files, 'confidential', 'handles credentials with'))
  );
}

/** Where money moves, an outage is worth a tier. */
export async function handledMoney(
  dependencies: readonly DirectDependency[],
  files: TextFiles,
): Promise<Signal<Criticality> | undefined> {
  return await signal(dependencies, PAYMENTS, files, 2, 'handles payments with');
}

async function signal<T>(
  dependencies: readonly DirectDependency[],
  pattern: RegExp,
  files: TextFiles,
  value: NoInfer<T>,
  verb: string,
): Promise<Signal<T> | undefined> {
  const found = dependencies.find(({ name }) => pattern.test(name));
  if (found === undefined) return undefined;
  const lines = await files.lines(found.manifest);
  const index = lines.findIndex((line) => line.includes(`"${found.name}"`));
  const place = index < 0 ? found.manifest : `${found.manifest}:${index + 1}`;
  return { value, because: `${place} ${verb} ${found.name}` };
}
