import type { Sandbox } from '../../ports/sandbox.ts';
import { containerSandbox } from './container.ts';

export function dockerSandbox(): Sandbox {
  return containerSandbox('docker');
}
