import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';

/** Filters that stand beside the others where there is room, and behind a button where there is not. */
export function MoreFilters({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <span className="only-narrow">
        <Button icon="settings" aria-expanded={open} onClick={() => setOpen(!open)}>
          Filters
        </Button>
      </span>
      <div className={open ? 'more-filters open' : 'more-filters'}>{children}</div>
    </>
  );
}
