import { createYarnBerryPatcher } from '../../src/plugins/patchers/yarn-berry.ts';
import { patcherContract } from './patcher.contract.ts';

patcherContract('yarn-berry', (environment) => createYarnBerryPatcher({ environment }), {
  // yarn 2 wrote this; newer ones convert every entry of it.
  lockfile: (text) => text.replace(/^( {2}version: )\d+/m, '$14'),
});
