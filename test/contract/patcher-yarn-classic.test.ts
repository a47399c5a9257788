import { createYarnClassicPatcher } from '../../src/plugins/patchers/yarn-classic.ts';
import { patcherContract } from './patcher.contract.ts';

patcherContract('yarn-classic', (environment) => createYarnClassicPatcher({ environment }));
