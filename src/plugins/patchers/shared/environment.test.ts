import { expect, it } from 'vitest';
import { managerEnvironment } from './environment.ts';

it.each([
  'SUTURE_DATABASE_URL',
  'SUTURE_SECRET_MAIL',
  'SUTURE_TOKEN',
  'PGPASSWORD',
  'npm_lifecycle_event',
  'npm_config_script_shell',
  'INIT_CWD',
  'NODE_ENV',
])('keeps %s from package managers', (name) => {
  expect(managerEnvironment({ [name]: 'hush' })).not.toHaveProperty(name);
});

it.each(['PATH', 'HOME', 'NPM_TOKEN', 'npm_config_registry', 'HTTPS_PROXY', 'PGHOST'])(
  'leaves them the user’s %s',
  (name) => {
    expect(managerEnvironment({ [name]: 'x' })).toMatchObject({ [name]: 'x' });
  },
);

it('lets no repository say that its scripts run', () => {
  const environment = managerEnvironment({ npm_config_ignore_scripts: 'false' });
  expect(environment['npm_config_ignore_scripts']).toBe('true');
});
