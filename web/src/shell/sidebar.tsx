import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useLiveState } from '../api/live.ts';
import { useSession } from '../api/session.ts';
import { needsMeQuery } from '../features/changes/queries.ts';
import { Button } from '../ui/button.tsx';
import { Icon, Mark } from '../ui/icon.tsx';
import { PARTS } from './navigation.ts';
import { useSignOut } from './sign-out.ts';
import { ThemeSwitch } from './theme-switch.tsx';

function WaitingForMe() {
  const { data } = useQuery(needsMeQuery);
  if (data === undefined || data.count === 0) return null;
  return (
    <span className="count">
      {data.count}
      {data.more && '+'}
      <span className="visually-hidden"> wait for you</span>
    </span>
  );
}

function LiveStateLine() {
  const state = useLiveState();
  return (
    <div className={state === 'away' ? 'live-state off' : 'live-state'} role="status">
      <span className="dot" aria-hidden="true" />
      {state === 'live' && 'Live'}
      {state === 'connecting' && 'Connecting…'}
      {state === 'away' && 'Reconnecting: what is shown may be old'}
    </div>
  );
}

/** Where one can go, who one is, and whether what is shown is fresh. */
export function Sidebar({ open, showKeys }: { open: boolean; showKeys: () => void }) {
  const session = useSession();
  const signOut = useSignOut();
  return (
    <aside className={open ? 'side open' : 'side'} id="side" aria-label="Suture">
      <Link to="/" className="brand">
        <Mark />
        Suture
      </Link>
      <nav className="nav" aria-label="Main">
        {PARTS.map(({ to, label, icon }) => (
          <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
            <Icon name={icon} />
            {label}
            {to === '/changes' && <WaitingForMe />}
          </Link>
        ))}
      </nav>
      <div className="foot">
        <Button look="quiet" compact icon="keyboard" onClick={showKeys}>
          Keyboard
        </Button>
        <ThemeSwitch />
        <Button look="quiet" compact icon="leave" onClick={signOut}>
          <span className="ellipsis">Sign out {session?.user.name}</span>
        </Button>
        <LiveStateLine />
      </div>
    </aside>
  );
}
