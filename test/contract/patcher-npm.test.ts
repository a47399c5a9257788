import { createNpmPatcher } from '../../src/plugins/patchers/npm.ts';
import { patcherContract } from './patcher.contract.ts';

patcherContract('npm', (environment) => createNpmPatcher({ environment }), {
  lockfile: (text) => text,
  environment: { PATH: '/nowhere' },
});
