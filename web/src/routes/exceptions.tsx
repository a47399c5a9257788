import { getRouteApi } from '@tanstack/react-router';
import { BackTo } from '../features/back.tsx';
import { Exceptions } from '../features/findings/exceptions.tsx';
import { Page } from '../ui/page.tsx';
import { PartLink } from '../ui/part-link.tsx';

const route = getRouteApi('/shell/exceptions');

const STATES = [
  [undefined, 'All'],
  ['requested', 'Asked for'],
  ['active', 'In effect'],
  ['expired', 'Expired'],
] as const;

/** What was accepted for a time or judged not to matter, by whom, until when. */
export function ExceptionsPage() {
  const { state } = route.useSearch();
  return (
    <Page title="Exceptions" back={<BackTo path="/findings" label="Findings" />}>
      <div className="filters">
        <div className="segments" role="group" aria-label="Show">
          {STATES.map(([value, label]) => (
            <PartLink
              key={label}
              from="/exceptions"
              to="/exceptions"
              search={{ state: value }}
              active={state === value}
            >
              {label}
            </PartLink>
          ))}
        </div>
      </div>
      <Exceptions state={state} />
    </Page>
  );
}
