import type { Sandbox } from '../../ports/sandbox.ts';
import { bubblewrapSandbox } from './bubblewrap.ts';
import { dockerSandbox } from './docker.ts';
import { noSandbox } from './none.ts';
import { podmanSandbox } from './podman.ts';

export { chooseSandbox } from './choose.ts';

/** Every sandbox, in the order they are tried. */
export function sandboxes(options: { allowUnsandboxed: boolean }): readonly Sandbox[] {
  return [
    bubblewrapSandbox(),
    dockerSandbox(),
    podmanSandbox(),
    noSandbox(options.allowUnsandboxed),
  ];
}
