import { useQuery } from '@tanstack/react-query';
import type { Count } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { FacetMenu } from '../../ui/facet-menu.tsx';
import { formatCompact } from '../../ui/format.ts';
import { MoreFilters } from '../../ui/more-filters.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { BANDS, ENVIRONMENTS, FINDING_STATES, REACHABILITY, SEVERITIES } from '../words.ts';
import { facetsQuery } from './queries.ts';
import { type FindingsSearch, findingsSearch } from './search.ts';

/** Filters that a link brings and no menu offers, with what they are called. */
const BROUGHT = {
  asset: 'Asset',
  package: 'Package',
  advisory: 'Advisory',
  group: 'Remedy',
  dueBefore: 'Due before',
  firstSeenAfter: 'New since',
} as const;

interface FilterBarProps {
  readonly search: FindingsSearch;
  readonly change: (part: FindingsSearch) => void;
  readonly clear: () => void;
}

/** Whether anything narrows the list. */
export function isFiltered(search: FindingsSearch): boolean {
  const { view: _view, sort: _sort, ...filter } = findingsSearch(search);
  return Object.values(filter).some((value) => value !== undefined);
}

function BandSwitch({
  search,
  change,
  counts,
}: Omit<FilterBarProps, 'clear'> & { counts: Readonly<Record<string, Count>> | undefined }) {
  const chosen = search.band ?? [];
  return (
    <div className="segments" role="group" aria-label="Band">
      {BANDS.map((band) => {
        const on = chosen.includes(band);
        const next = BANDS.filter((other) => (other === band ? !on : chosen.includes(other)));
        const count = counts?.[band];
        return (
          <button
            key={band}
            type="button"
            aria-pressed={on}
            onClick={() => change({ band: next.length === 0 ? undefined : next })}
          >
            <span className={`dot ${band}`} aria-hidden="true" />
            {band.slice(0, 1).toUpperCase() + band.slice(1)}
            <span className="count">
              {count === undefined ? '' : formatCompact(count.value)}
              {count?.atLeast === true && '+'}
            </span>
          </button>
        );
      })}
    </div>
  );
}

/** Everything that findings can be filtered by, with how many there are of each. */
export function FilterBar({ search, change, clear }: FilterBarProps) {
  const { data } = useQuery(facetsQuery(search));
  const facets = data?.facets;
  const brought = Object.entries(BROUGHT).flatMap(([name, label]) => {
    const value = search[name as keyof typeof BROUGHT];
    return value === undefined ? [] : [{ name, label: `${label}: ${value}` }];
  });
  return (
    <div className="stack" style={{ '--gap': '0.5rem' }} role="search" aria-label="Findings">
      <div className="filters">
        <SearchBox
          label="Package, advisory or words"
          value={search.text ?? ''}
          change={(text) => change({ text: text.trim() === '' ? undefined : text.trim() })}
        />
        <BandSwitch search={search} change={change} counts={facets?.band} />
        <MoreFilters>
          <FacetMenu
            label="State"
            words={FINDING_STATES}
            chosen={search.state}
            counts={facets?.state}
            change={(state) => change({ state })}
          />
          <FacetMenu
            label="Reachability"
            words={REACHABILITY}
            chosen={search.reachability}
            counts={facets?.reachability}
            change={(reachability) => change({ reachability })}
          />
          <FacetMenu
            label="Environment"
            words={ENVIRONMENTS}
            chosen={search.environment}
            counts={facets?.environment}
            change={(environment) => change({ environment })}
          />
          <FacetMenu
            label="Severity"
            words={SEVERITIES}
            chosen={search.severity}
            counts={facets?.severity}
            change={(severity) => change({ severity })}
          />
          <FacetMenu
            label="Exploited"
            words={['true', 'false'] as const}
            named={{ true: 'Known to be exploited (KEV)', false: 'Not known to be' }}
            single
            chosen={search.kev === undefined ? undefined : [search.kev]}
            counts={facets?.kev}
            change={(kev) => change({ kev: kev?.[0] })}
          />
          <FacetMenu
            label="Fix"
            words={['true', 'false'] as const}
            named={{ true: 'There is a fixed version', false: 'None known' }}
            single
            chosen={search.fixable === undefined ? undefined : [search.fixable]}
            counts={facets?.fixable}
            change={(fixable) => change({ fixable: fixable?.[0] })}
          />
        </MoreFilters>
        {isFiltered(search) && (
          <Button look="quiet" compact icon="close" onClick={clear}>
            Clear filters
          </Button>
        )}
      </div>
      {brought.length > 0 && (
        <div className="filters">
          {brought.map(({ name, label }) => (
            <Chip key={name} label={label} remove={() => change({ [name]: undefined })} />
          ))}
        </div>
      )}
    </div>
  );
}
