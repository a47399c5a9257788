import type { Exposure } from '../../../domain/context.ts';
import type { SourceTree } from '../../../ports/source-tree.ts';
import type { Signal } from './text-files.ts';

/**
 * What the root manifest says of a package that serves nobody itself: a published library runs
 * where its users run it, a command-line tool on its user's machine. Neither is proof of safety, so
 * both stay `internal`, not `isolated`.
 */
export async function packageExposure(tree: SourceTree): Promise<Signal<Exposure> | undefined> {
  const text = await tree.read('package.json', { maxBytes: 256 * 1024 }).catch(() => undefined);
  const manifest = parse(text);
  if (manifest === undefined) return undefined;
  if (manifest['bin'] !== undefined) {
    return { value: 'internal', because: 'package.json bin: a command-line tool' };
  }
  const entry = ['files', 'exports', 'main', 'publishConfig'].find((key) => key in manifest);
  if (manifest['private'] === true || entry === undefined) return undefined;
  return {
    value: 'internal',
    because: `package.json ${entry}, not private: a published package, runs where its users run it`,
  };
}

function parse(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Discovery reports a manifest that does not parse; here it only gives no hint.
    return undefined;
  }
}
