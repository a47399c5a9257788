import { Button } from '../../ui/button.tsx';
import { Chip } from '../../ui/chip.tsx';
import { FacetMenu } from '../../ui/facet-menu.tsx';
import { MoreFilters } from '../../ui/more-filters.tsx';
import { formatDay } from '../../ui/time.tsx';
import {
  ACTOR_TYPES,
  DECISION_KINDS,
  type DecisionKind,
  type DecisionsSearch,
  decisionsSearch,
} from './search.ts';

const KINDS = Object.keys(DECISION_KINDS) as DecisionKind[];

/** Everything that decisions can be filtered by. */
export function DecisionFilters({
  search,
  change,
  clear,
}: {
  search: DecisionsSearch;
  change: (part: DecisionsSearch) => void;
  clear: () => void;
}) {
  const { subjectType, subjectId, asset, outcome, from, to } = search;
  const day = (moment: string | undefined): string => moment?.slice(0, 10) ?? '';
  const chips = [
    subjectType !== undefined && {
      label: `Of ${subjectType} ${subjectId ?? ''}`,
      off: { subjectType: undefined, subjectId: undefined },
    },
    asset !== undefined && { label: `Asset: ${asset}`, off: { asset: undefined } },
    outcome !== undefined && { label: `Outcome: ${outcome}`, off: { outcome: undefined } },
    from !== undefined && { label: `From ${formatDay(from)}`, off: { from: undefined } },
    to !== undefined && { label: `Until ${formatDay(to)}`, off: { to: undefined } },
  ].filter((chip) => chip !== false);
  const filtered = Object.values(decisionsSearch(search)).some((value) => value !== undefined);
  return (
    <div className="stack" style={{ '--gap': '0.5rem' }} role="search" aria-label="Decisions">
      <div className="filters">
        <FacetMenu
          label="Kind"
          words={KINDS}
          named={DECISION_KINDS}
          chosen={KINDS.filter((kind) => search.kind?.includes(kind))}
          change={(kind) => change({ kind })}
        />
        <FacetMenu
          label="By"
          words={ACTOR_TYPES}
          single
          chosen={search.actorType === undefined ? undefined : [search.actorType]}
          change={(actorType) => change({ actorType: actorType?.[0] })}
        />
        <MoreFilters>
          <label className="between">
            <span className="soft">From</span>
            <input
              type="date"
              className="input inline"
              value={day(from)}
              onChange={({ target }) =>
                change({ from: target.value === '' ? undefined : `${target.value}T00:00:00.000Z` })
              }
            />
          </label>
          <label className="between">
            <span className="soft">until</span>
            <input
              type="date"
              className="input inline"
              value={day(to)}
              onChange={({ target }) =>
                change({ to: target.value === '' ? undefined : `${target.value}T23:59:59.999Z` })
              }
            />
          </label>
        </MoreFilters>
        {filtered && (
          <Button look="quiet" compact icon="close" onClick={clear}>
            Clear filters
          </Button>
        )}
      </div>
      {chips.length > 0 && (
        <div className="filters">
          {chips.map(({ label, off }) => (
            <Chip key={label} label={label} remove={() => change(off)} />
          ))}
        </div>
      )}
    </div>
  );
}
