import type { Environment, Exposure } from '../../../domain/context.ts';
import { type Signal, signalFrom, type TextFiles } from './text-files.ts';

/** Descriptors of platforms whose purpose is to serve the public. */
const HOSTED =
  /(?:^|\/)(?:vercel\.json|netlify\.toml|fly\.toml|render\.yaml|serverless\.(?:ya?ml|ts|json)|app\.yaml|wrangler\.toml)$/;
const DOCKERFILE = /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$|\.Dockerfile$/;
const COMPOSE = /(?:^|\/)(?:docker-)?compose(?:[.-][\w-]+)*\.ya?ml$/;
const PROCFILE = /(?:^|\/)Procfile$/;
const KUBERNETES =
  /(?:^|\/)(?:k8s|kube|kubernetes|deploy(?:ment)?s?|manifests?|helm|charts?|infra)\/.*\.ya?ml$/i;
const WORKFLOW = /^\.github\/workflows\/[^/]+\.ya?ml$|^\.gitlab-ci\.yml$/;

/** Enough for a large repository's descriptors, few enough to stay quick. */
const MOST_FILES = 60;

function some(files: TextFiles, pattern: RegExp): readonly string[] {
  return files.paths.filter((path) => pattern.test(path)).slice(0, MOST_FILES);
}

/** What deployment descriptors say about who can reach it; the widest exposure first. */
export async function deploymentExposure(files: TextFiles): Promise<Signal<Exposure> | undefined> {
  const manifests = some(files, KUBERNETES);
  const ingress =
    (await signalFrom(
      files,
      manifests,
      /^\s*kind:\s*["']?(?:Ingress|HTTPRoute)\b/,
      'internet' as const,
    )) ??
    (await signalFrom(files, manifests, /^\s*type:\s*["']?LoadBalancer\b/, 'internet' as const));
  if (ingress !== undefined) return ingress;
  const hosted = files.paths.find((path) => HOSTED.test(path));
  if (hosted !== undefined)
    return { value: 'internet', because: `${hosted} deploys it to a public host` };
  return (
    (await signalFrom(files, some(files, PROCFILE), /^web:/, 'internet' as const)) ??
    (await publishedPorts(files)) ??
    (await signalFrom(files, some(files, DOCKERFILE), /^\s*EXPOSE\s+\d/i, 'internet' as const))
  );
}

/** `ports:` of a compose file; bound to the loopback address it serves the machine only. */
async function publishedPorts(files: TextFiles): Promise<Signal<Exposure> | undefined> {
  let loopback: Signal<Exposure> | undefined;
  for (const path of some(files, COMPOSE)) {
    const lines = await files.lines(path);
    let inPorts = false;
    for (const [index, line] of lines.entries()) {
      if (/^\s*ports:/.test(line)) inPorts = true;
      else if (inPorts && !/^\s*(?:-|#|$)/.test(line)) inPorts = false;
      const port = inPorts
        ? /^\s*-\s*["']?((?:127\.\d+\.\d+\.\d+:|localhost:|\[::1\]:)?)[\d.:]*\d/.exec(line)
        : null;
      if (port === null) continue;
      const because = `${path}:${index + 1} ports ${line.trim()}`;
      if (port[1] === '') return { value: 'internet', because };
      loopback ??= { value: 'internal', because };
    }
  }
  return loopback;
}

/** Whether something deploys it to production. */
export async function deploymentEnvironment(
  files: TextFiles,
): Promise<Signal<Environment> | undefined> {
  return (
    (await signalFrom(
      files,
      some(files, WORKFLOW),
      /^\s*(?:environment|name):\s*["']?prod(?:uction)?\b/i,
      'production' as const,
    )) ??
    (await signalFrom(
      files,
      some(files, DOCKERFILE),
      /^\s*ENV\s+NODE_ENV[=\s]+["']?production\b/i,
      'production' as const,
    ))
  );
}
