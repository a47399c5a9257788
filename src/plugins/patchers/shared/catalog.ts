import { parseDocument } from 'yaml';
import { SutureError } from '../../../domain/error.ts';
import type { ManifestEntry } from './manifest.ts';
import { restyle } from './range-style.ts';
import type { Session } from './session.ts';
import { setInYaml } from './yaml-edit.ts';

/**
 * Rewrites the version that a `catalog:` requirement leads to, in `pnpm-workspace.yaml`
 * (pnpm.io/catalogs) or `.yarnrc.yml` (yarn ≥ 4.10). Every member that uses the entry moves.
 */
export async function rewriteCatalog(
  session: Session,
  file: string,
  entry: ManifestEntry,
  to: string,
): Promise<void> {
  const text = (await session.read(file)) ?? '';
  const document = parseDocument(text);
  const name = entry.range.slice('catalog:'.length);
  const paths =
    name === '' || name === 'default'
      ? [
          ['catalog', entry.key],
          ['catalogs', 'default', entry.key],
        ]
      : [['catalogs', name, entry.key]];
  const path = paths.find((one) => typeof document.getIn(one) === 'string');
  const range = path && restyle(String(document.getIn(path)), to);
  if (path === undefined || range === undefined) {
    throw new SutureError('patch-not-applied', `${file} holds no ${entry.range} for ${entry.key}`, {
      remedy: 'Repair the catalog; the package manager cannot resolve it either.',
    });
  }
  await session.write(file, setInYaml(text, path, range));
}
