import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useLiveUpdates } from '../api/live.ts';
import { sessionQuery } from '../api/session.ts';
import { Button } from '../ui/button.tsx';
import { Mark } from '../ui/icon.tsx';
import { type Shortcuts, useShortcuts } from '../ui/shortcuts.ts';
import { Keys } from './keys.tsx';
import { PARTS } from './navigation.ts';
import { PauseBanner } from './pause-banner.tsx';
import { Sidebar } from './sidebar.tsx';

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
}

/** What stands around every page behind the sign-in. */
export function Shell() {
  const { data: session } = useQuery(sessionQuery);
  const router = useRouter();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const signedOut = session === null;
  // Signed out while the page is open: by another tab, an admin, or because time is up.
  useEffect(() => {
    if (!signedOut) return;
    const next = router.state.location.href;
    void router.navigate({ to: '/sign-in', search: { next }, replace: true });
  }, [signedOut, router]);
  return signedOut ? null : <SignedIn path={path} />;
}

function SignedIn({ path }: { path: string }) {
  useLiveUpdates();
  const navigate = useNavigate();
  const loading = useRouterState({ select: (state) => state.isLoading });
  const [menu, setMenu] = useState(false);
  const [keys, setKeys] = useState(false);
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);

  // A new page starts at its top for those who hear it, too.
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    setMenu(false);
    main.current?.focus({ preventScroll: true });
  }, [path]);

  const shortcuts = useMemo<Shortcuts>(
    () => ({
      '/': focusSearch,
      '?': () => setKeys(true),
      Escape: () => setMenu(false),
      u: () => document.querySelector<HTMLAnchorElement>('a[data-back]')?.click(),
      ...Object.fromEntries(
        PARTS.map(({ key, to }) => [`g ${key}`, () => void navigate({ to })] as const),
      ),
    }),
    [navigate],
  );
  useShortcuts(shortcuts);

  return (
    <div className="shell">
      <a className="button skip" href="#main">
        Skip to the content
      </a>
      {loading && <div className="progress" />}
      <header className="bar">
        <Button
          look="quiet"
          icon="menu"
          iconOnly
          aria-expanded={menu}
          aria-controls="side"
          onClick={() => setMenu(!menu)}
        >
          Menu
        </Button>
        <span className="brand">
          <Mark />
          Suture
        </span>
      </header>
      {menu && (
        <button
          type="button"
          className="scrim"
          aria-label="Close the menu"
          onClick={() => setMenu(false)}
        />
      )}
      <Sidebar open={menu} showKeys={() => setKeys(true)} />
      <main id="main" ref={main} tabIndex={-1}>
        <PauseBanner />
        <Outlet />
      </main>
      {keys && <Keys close={() => setKeys(false)} />}
    </div>
  );
}
