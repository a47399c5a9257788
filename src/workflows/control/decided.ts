import type { AssetContext } from '../../domain/context.ts';
import type { ChangeVerdict, HandOverMode } from '../../domain/control-policy.ts';
import type { ManagedAsset } from '../../domain/managed-asset.ts';
import type { StoredChange } from '../../store/changes.ts';
import type { Control } from './control.ts';
import type { PolicyInForce } from './policy-in-force.ts';

/** What is next for a change. */
export type Decided =
  | {
      readonly next: 'end';
      /** A remediation that was asked for instead. */
      readonly start?: string;
    }
  /** ISO 8601; absent: until something happens. */
  | { readonly next: 'wait'; readonly until?: string }
  | { readonly next: 'hand-over'; readonly mode: HandOverMode; readonly because: string };

/** One change as it stands when it is looked at. */
export interface Case {
  readonly control: Control;
  readonly change: StoredChange;
  readonly asset: ManagedAsset;
  readonly context: AssetContext;
  readonly inForce: PolicyInForce;
  readonly verdict: ChangeVerdict;
  readonly now: Date;
}
