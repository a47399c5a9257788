import { type ReactNode, useEffect, useRef } from 'react';

/** Links between parts of a page; each has its own address. */
export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  const nav = useRef<HTMLElement>(null);
  // Where there is no room for all, the one that is shown is in view.
  useEffect(() => {
    const shown = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (!nav.current || !shown) return;
    const { left, right } = nav.current.getBoundingClientRect();
    const tab = shown.getBoundingClientRect();
    if (tab.right > right) nav.current.scrollLeft += tab.right - right;
    if (tab.left < left) nav.current.scrollLeft -= left - tab.left;
  });
  return (
    <nav ref={nav} className="tabs" aria-label={label}>
      {children}
    </nav>
  );
}
