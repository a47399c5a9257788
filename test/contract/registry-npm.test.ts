import { npmRegistry } from '../../src/plugins/registries/npm.ts';
import { registryContract } from './registry.contract.ts';

registryContract('npm', npmRegistry);
