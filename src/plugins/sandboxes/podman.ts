import type { Sandbox } from '../../ports/sandbox.ts';
import { containerSandbox } from './container.ts';

export function podmanSandbox(): Sandbox {
  return containerSandbox('podman');
}
