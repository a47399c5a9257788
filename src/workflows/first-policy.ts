import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SutureError } from '../domain/error.ts';
import { parseControlPolicy } from '../stages/decide/document/parse-control-policy.ts';

const SHIPPED = new URL('../../examples/policies/default.yaml', import.meta.url);

/**
 * The document that a new control plane starts with: the operator's `policy.yaml` where the home has
 * one, so that what `scan` and `patch` obey holds there too; else the one that Suture comes with.
 *
 * @throws SutureError `policy-invalid` when the operator's cannot be read
 */
export async function firstPolicy(
  home: string,
): Promise<{ readonly document: string; readonly note: string }> {
  const path = join(home, 'policy.yaml');
  const own = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (own === undefined) {
    const document = await readFile(fileURLToPath(SHIPPED), 'utf8');
    return { document, note: 'What Suture comes with' };
  }
  const { problems } = parseControlPolicy(own, path);
  const wrong = problems.find(({ severity }) => severity === 'error');
  if (wrong !== undefined) {
    throw new SutureError('policy-invalid', `${path}:${wrong.line ?? 1}: ${wrong.message}`, {
      remedy: `Correct it ("suture policy check ${path}" says all that is wrong) and start again.`,
      ...(wrong.line === undefined ? {} : { line: wrong.line }),
    });
  }
  return { document: own, note: `From ${path}` };
}
