import { getRouteApi, Link } from '@tanstack/react-router';
import { Channels } from '../features/settings/channels.tsx';
import { Notifications } from '../features/settings/notifications.tsx';
import { People } from '../features/settings/people.tsx';
import { Preferences } from '../features/settings/preferences.tsx';
import { SETTINGS_PARTS, type SettingsPart } from '../features/settings/search.ts';
// oxlint-disable-next-line import/no-unassigned-import -- styles are their own effect
import '../features/settings/settings.css';
import { System } from '../features/settings/system.tsx';
import { Tokens } from '../features/settings/tokens.tsx';
import { sentence } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Tabs } from '../ui/tabs.tsx';

const route = getRouteApi('/shell/settings');

function Part({
  part,
  open,
  close,
}: {
  part: SettingsPart;
  open: string | undefined;
  close: () => void;
}) {
  switch (part) {
    case 'system':
      return <System />;
    case 'people':
      return <People open={open} close={close} />;
    case 'channels':
      return <Channels open={open} close={close} />;
    case 'notifications':
      return <Notifications />;
    case 'tokens':
      return <Tokens making={open === 'new'} close={close} />;
    case 'you':
      return <Preferences />;
  }
}

/** The machinery, the people, what is told to whom, and one's own preferences. */
export function Settings() {
  const { part = 'system', open } = route.useSearch();
  const navigate = route.useNavigate();
  const close = (): void => void navigate({ search: { part }, replace: true, resetScroll: false });
  return (
    <Page title="Settings">
      <Tabs label="Parts of the settings">
        {SETTINGS_PARTS.map((name) => (
          <Link
            key={name}
            to="/settings"
            search={{ part: name }}
            aria-current={name === part ? 'page' : undefined}
          >
            {sentence(name)}
          </Link>
        ))}
      </Tabs>
      <Part part={part} open={open} close={close} />
    </Page>
  );
}
