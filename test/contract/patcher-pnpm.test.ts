import { createPnpmPatcher } from '../../src/plugins/patchers/pnpm.ts';
import { patcherContract } from './patcher.contract.ts';

patcherContract('pnpm', (environment) => createPnpmPatcher({ environment }), {
  // pnpm 7 wrote this; newer ones convert every line of it.
  lockfile: (text) => text.replace(/^lockfileVersion.*/, 'lockfileVersion: 5.4'),
});
