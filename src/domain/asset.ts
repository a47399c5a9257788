import type { AssetContext } from './context.ts';

export interface Asset {
  /** Stable across runs and machines: from the remote URL or, without one, the package name. */
  readonly id: string;
  readonly kind: 'repository' | 'host';
  readonly name: string;
  readonly context: AssetContext;
}
