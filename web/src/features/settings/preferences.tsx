import { useSession } from '../../api/session.ts';
import { KeyList } from '../../shell/keys.tsx';
import { Choice } from '../../ui/field.tsx';
import { sentence } from '../../ui/format.ts';
import { Icon } from '../../ui/icon.tsx';
import { Card } from '../../ui/page.tsx';
import { Tag } from '../../ui/tag.tsx';
import { chooseTheme, useTheme } from '../../ui/theme.ts';
import { Time } from '../../ui/time.tsx';
import { GIVEN_BY, PERMISSION_MEANS, PERMISSIONS } from './role-words.ts';

const THEMES = [
  { theme: 'system', label: 'As the system has it' },
  { theme: 'light', label: 'Light' },
  { theme: 'dark', label: 'Dark' },
] as const;

function Theme() {
  const chosen = useTheme();
  return (
    <Card title="Theme">
      <fieldset>
        <legend className="visually-hidden">Theme</legend>
        {THEMES.map(({ theme, label }) => (
          <Choice
            key={theme}
            type="radio"
            name="theme"
            label={label}
            checked={chosen === theme}
            onChange={() => chooseTheme(theme)}
          />
        ))}
      </fieldset>
      <p className="hint-line faint small">Kept in this browser.</p>
    </Card>
  );
}

function WhoYouAre() {
  const session = useSession();
  if (session === null) return null;
  const { user, roles, permissions, expiresAt } = session;
  return (
    <Card title="Who you are">
      <div className="stack">
        <dl className="facts">
          <dt>Name</dt>
          <dd>{user.name}</dd>
          <dt>E-mail</dt>
          <dd>{user.email ?? <span className="soft">none; e-mails do not reach you</span>}</dd>
          <dt>Roles</dt>
          <dd className="row" style={{ '--gap': '0.35rem' }}>
            {roles.length === 0 && <span className="soft">none</span>}
            {roles.map((role) => (
              <Tag key={role} tone={role === 'admin' ? 'accent' : 'track'}>
                {sentence(role)}
              </Tag>
            ))}
          </dd>
          <dt>Session</dt>
          <dd>
            ends <Time at={expiresAt} />
          </dd>
        </dl>
        <ul className="permissions" aria-label="What you may do">
          {PERMISSIONS.map((permission) => {
            const may = permissions.includes(permission);
            return (
              <li key={permission} className={may ? '' : 'soft'}>
                <Icon name={may ? 'check' : 'close'} className={may ? 'good' : 'faint'} />
                <span>
                  <span className="visually-hidden">{may ? 'You may: ' : 'You may not: '}</span>
                  {PERMISSION_MEANS[permission]}
                  {!may && <span className="faint small"> takes {GIVEN_BY[permission]}</span>}
                </span>
              </li>
            );
          })}
        </ul>
      </div>
    </Card>
  );
}

/** Who one is here, and how the page looks and is worked with. */
export function Preferences() {
  return (
    <div className="detail">
      <div className="stack">
        <WhoYouAre />
        <Card title="Keyboard">
          <KeyList />
        </Card>
      </div>
      <div className="stack first-when-narrow">
        <Theme />
      </div>
    </div>
  );
}
