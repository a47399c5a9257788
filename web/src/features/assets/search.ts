import { numberOf, oneOf, searchOf, someOf, textOf } from '../../api/search-params.ts';
import { BANDS, CRITICALITIES, ENVIRONMENTS, EXPOSURES } from '../words.ts';

export const KINDS = ['repository', 'sbom', 'host'] as const;
/** What the kinds are called. */
export const KIND_WORDS = { repository: 'Repository', sbom: 'SBOM', host: 'Host' } as const;
export const ASSET_SORTS = ['risk', 'name', 'scanned'] as const;
const REGISTER_WAYS = ['repository', 'many', 'sbom'] as const;

/** What of the assets its address says. */
export function assetsSearch(search: Record<string, unknown>) {
  const criticality = numberOf(search, 'criticality');
  return searchOf({
    view: oneOf(search, 'view', ['map'] as const),
    register: oneOf(search, 'register', REGISTER_WAYS),
    sort: oneOf(search, 'sort', ASSET_SORTS),
    text: textOf(search, 'text'),
    kind: someOf(search, 'kind', KINDS),
    environment: someOf(search, 'environment', ENVIRONMENTS),
    exposure: someOf(search, 'exposure', EXPOSURES),
    criticality: CRITICALITIES.find((tier) => tier === criticality),
    band: someOf(search, 'band', BANDS),
    owner: textOf(search, 'owner'),
    archived: oneOf(search, 'archived', ['true'] as const),
  });
}

export type AssetsSearch = ReturnType<typeof assetsSearch>;

const ASSET_TABS = ['components', 'runs', 'dependencies'] as const;

/** Which part of an asset its address says; without one, what it is. */
export function assetSearch(search: Record<string, unknown>) {
  return searchOf({ tab: oneOf(search, 'tab', ASSET_TABS), text: textOf(search, 'text') });
}
