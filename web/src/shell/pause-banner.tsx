import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMay } from '../api/session.ts';
import { pauseQuery } from '../features/settings/queries.ts';
import { Icon } from '../ui/icon.tsx';
import { Time } from '../ui/time.tsx';

/** While everything is paused, nobody overlooks it. */
export function PauseBanner() {
  const mayResume = useMay('operate');
  const { data: pause } = useQuery(pauseQuery);
  if (pause?.paused !== true) return null;
  return (
    <div className="pause-banner" role="status">
      <Icon name="pause" />
      <span className="wrap-anywhere">
        <strong>Everything is paused.</strong> {pause.reason}
        {pause.by !== null && ` (${pause.by.name})`}
        {pause.since !== null && (
          <>
            {', '}
            <Time at={pause.since} className="soft" />
          </>
        )}
      </span>
      {mayResume && (
        <Link to="/settings" search={{ part: 'system' }}>
          Go on…
        </Link>
      )}
    </div>
  );
}
