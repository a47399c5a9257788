import type { AdvisoryIndex } from '../ports/advisory-index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ecosystem } from '../ports/ecosystem.ts';
import type { Feed } from '../ports/feed.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { PackageRegistry } from '../ports/package-registry.ts';
import type { PackageSources } from '../ports/package-sources.ts';
import type { Patcher } from '../ports/patcher.ts';
import type { Sandbox } from '../ports/sandbox.ts';

/** What workflows need from outside; `main.ts` fills it in. Everything costly is made on demand. */
export interface Services {
  readonly tool: { readonly name: 'suture'; readonly version: string };
  /** `$SUTURE_HOME`. */
  readonly home: string;
  readonly clock: Clock;
  readonly ecosystems: readonly Ecosystem[];
  patchers(): Promise<readonly Patcher[]>;
  /**
   * The first sandbox that works on this machine. Only with `unsandboxed` (the operator's explicit
   * flag) does it settle for none.
   *
   * @throws SutureError `sandbox-missing`
   */
  sandbox(options: { readonly unsandboxed: boolean }): Promise<Sandbox>;
  /** @throws SutureError `index-missing` before the first `suture sync`. */
  openIndex(): AdvisoryIndex;
  /** The registries that the configuration of `directory` and of the user name. */
  registry(directory: string): Promise<PackageRegistry>;
  packageSources(directory: string): PackageSources;
  feeds(): Promise<readonly Feed[]>;
  /** @param allow what notifications may reach beside the public Internet: hosts, networks */
  notifiers(allow: readonly string[]): Promise<readonly Notifier[]>;
  /** One line about what is going on now, for a person who waits; details only where they scroll away. */
  readonly progress: (message: string, level?: 'detail') => void;
}
