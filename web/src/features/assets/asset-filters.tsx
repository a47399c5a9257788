import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { FacetMenu } from '../../ui/facet-menu.tsx';
import { InlineSelect } from '../../ui/inline-select.tsx';
import { MoreFilters } from '../../ui/more-filters.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { BANDS, CRITICALITIES, CRITICALITY_WORDS, ENVIRONMENTS, EXPOSURES } from '../words.ts';
import { type AssetsSearch, assetsSearch, KIND_WORDS, KINDS } from './search.ts';

/** Whether anything narrows the list of assets. */
export function isFiltered(search: AssetsSearch): boolean {
  const { view: _view, register: _register, sort: _sort, ...filter } = assetsSearch(search);
  return Object.values(filter).some((value) => value !== undefined);
}

/** Everything that assets can be filtered by. */
export function AssetFilters({
  search,
  change,
  clear,
}: {
  search: AssetsSearch;
  change: (part: AssetsSearch) => void;
  clear: () => void;
}) {
  return (
    <div className="filters" role="search" aria-label="Assets">
      <SearchBox
        label="Name or address"
        value={search.text ?? ''}
        change={(text) => change({ text: text.trim() === '' ? undefined : text.trim() })}
      />
      <MoreFilters>
        <FacetMenu
          label="Findings"
          words={BANDS}
          chosen={search.band}
          change={(band) => change({ band })}
        />
        <FacetMenu
          label="Environment"
          words={ENVIRONMENTS}
          chosen={search.environment}
          change={(environment) => change({ environment })}
        />
        <FacetMenu
          label="Exposure"
          words={EXPOSURES}
          chosen={search.exposure}
          change={(exposure) => change({ exposure })}
        />
        <FacetMenu
          label="Kind"
          words={KINDS}
          named={KIND_WORDS}
          chosen={search.kind}
          change={(kind) => change({ kind })}
        />
        <InlineSelect
          label="Criticality"
          value={String(search.criticality ?? '')}
          options={[
            { value: '', label: 'Any criticality' },
            ...CRITICALITIES.map((tier) => ({
              value: String(tier),
              label: CRITICALITY_WORDS[tier],
            })),
          ]}
          change={(value) =>
            change({ criticality: CRITICALITIES.find((tier) => String(tier) === value) })
          }
        />
      </MoreFilters>
      {search.owner !== undefined && (
        <Chip label={`Owner: ${search.owner}`} remove={() => change({ owner: undefined })} />
      )}
      {search.archived === 'true' && (
        <Chip label="Archived" remove={() => change({ archived: undefined })} />
      )}
      {isFiltered(search) && (
        <Button look="quiet" compact icon="close" onClick={clear}>
          Clear filters
        </Button>
      )}
    </div>
  );
}
