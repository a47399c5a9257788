import type { Asset } from './asset.ts';
import type { AssetContext, ContextField } from './context.ts';

/** Who said so, weakest last; the strongest that said anything wins. */
export const CONTEXT_SOURCES = ['person', 'file', 'inferred', 'default'] as const;
export type ContextSource = (typeof CONTEXT_SOURCES)[number];

export type ContextName = keyof AssetContext;

/** One statement about one field of an asset's context. */
export interface ContextStatement {
  readonly field: ContextName;
  readonly source: ContextSource;
  readonly value: ContextField<unknown>['value'];
  readonly because: string;
  /** ISO 8601: since when this source says this value. */
  readonly observedAt: string;
  /** Id of the person, where one said it. */
  readonly by?: string;
}

/** An asset that the control plane looks after. */
export interface ManagedAsset {
  readonly id: string;
  readonly identity: Asset['id'];
  readonly kind: 'repository' | 'sbom' | 'host';
  readonly name: string;
  /** Path or git URL without credentials; absent for an SBOM. */
  readonly location?: string;
  readonly folder: string;
  readonly branch?: string;
  /** `env:NAME` or `file:PATH`. */
  readonly credential?: string;
  readonly owners: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Cron expression, UTC. */
  readonly schedule?: string;
  readonly registeredAt: string;
  readonly scannedAt?: string;
  readonly scannedCommit?: string;
  readonly archivedAt?: string;
}

/** What a person gives to register an asset. */
export interface AssetRegistration {
  readonly kind: 'repository' | 'sbom' | 'host';
  /** The scanner's id of it, where it was looked at already; else it is made from the location. */
  readonly identity?: Asset['id'];
  readonly name?: string;
  readonly location?: string;
  readonly folder?: string;
  readonly branch?: string;
  readonly credential?: string;
  readonly owners?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly schedule?: string;
  readonly context?: Partial<Readonly<Record<ContextName, unknown>>>;
}
