import { join } from 'node:path';
import { bubblewrapSandbox } from '../../src/plugins/sandboxes/bubblewrap.ts';
import { dockerSandbox } from '../../src/plugins/sandboxes/docker.ts';
import { podmanSandbox } from '../../src/plugins/sandboxes/podman.ts';
import { sandboxContract } from './sandbox.contract.ts';

const folder = join(import.meta.dirname, '../../src/plugins/sandboxes');

for (const [file, factory, make] of [
  ['bubblewrap.ts', 'bubblewrapSandbox', bubblewrapSandbox],
  ['docker.ts', 'dockerSandbox', dockerSandbox],
  ['podman.ts', 'podmanSandbox', podmanSandbox],
] as const) {
  sandboxContract(make, {
    skip: await make().unavailable(),
    module: join(folder, file),
    factory,
  });
}
