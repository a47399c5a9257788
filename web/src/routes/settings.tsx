import { getRouteApi, Link } from '@tanstack/react-router';
import { Preferences } from '../features/settings/preferences.tsx';
import { SETTINGS_PARTS, type SettingsPart } from '../features/settings/search.ts';
// oxlint-disable-next-line import/no-unassigned-import -- styles are their own effect
import '../features/settings/settings.css';
import { sentence } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { Tabs } from '../ui/tabs.tsx';

const route = getRouteApi('/shell/settings');

function Part({ part }: { part: SettingsPart }) {
  switch (part) {
    case 'you':
      return <Preferences />;
    default:
      return null;
  }
}

/** The machinery, the people, what is told to whom, and one's own preferences. */
export function Settings() {
  const { part = 'system' } = route.useSearch();
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
      <Part part={part} />
    </Page>
  );
}
