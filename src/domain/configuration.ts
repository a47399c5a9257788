import type { Criticality, DataSensitivity, Environment, Exposure } from './context.ts';
import type { HouseDeadline, PublishedDeadlines } from './deadline-policy.ts';
import type { RemedyKind } from './remedy.ts';

/** Context as a person declares it. */
export interface DeclaredContext {
  readonly environment?: Environment;
  readonly exposure?: Exposure;
  readonly criticality?: Criticality;
  readonly dataSensitivity?: DataSensitivity;
}

export type { HouseDeadline } from './deadline-policy.ts';

/**
 * What may happen by itself. A repository's own file can only make this stricter than the
 * operator's (`$SUTURE_HOME/policy.yaml` or `--policy`).
 */
export interface Policy {
  /** Minimum confidence for a change to be handed over, 0–1. */
  readonly minimumConfidence: number;
  /** Age in days below which a version is not taken. */
  readonly cooldownDays: number;
  /** KEV-listed and reachable findings may take younger versions after the extra checks. */
  readonly cooldownBypass: boolean;
  readonly remedies: readonly RemedyKind[];
  /** Deadlines on top of the published ones; the earliest wins. */
  readonly deadlines: readonly HouseDeadline[];
  /** Published deadlines that apply; absent: BOD 26-04. Only the operator chooses them. */
  readonly deadlinePolicy?: PublishedDeadlines;
  /** Whether verification may run without a sandbox. Never settable from inside a repository. */
  readonly allowUnsandboxed: boolean;
}

export interface IgnoreRule {
  /** Advisory id or alias. */
  readonly id: string;
  readonly package?: string;
  /** Glob over the files it is seen in. */
  readonly path?: string;
  readonly reason: string;
  /** ISO date. */
  readonly expires: string;
  readonly declaredIn: string;
}

/** What verification runs. Argument vectors, never shell strings; absent: detected. */
export interface Checks {
  readonly build?: readonly string[];
  readonly test?: readonly string[];
  readonly exploits: readonly {
    readonly name: string;
    readonly run: readonly string[];
    /** Advisory ids, aliases or package names of what it attacks; absent: nothing in particular. */
    readonly against?: readonly string[];
  }[];
  readonly start?: readonly string[];
  readonly http: readonly { readonly path: string; readonly status: number }[];
  readonly load?: { readonly path: string; readonly seconds: number; readonly connections: number };
  readonly port?: number;
  readonly timeoutSeconds: number;
}

/** `suture.yaml`, checked, with defaults filled in. */
export interface Configuration {
  readonly context: DeclaredContext;
  /** Line of each declared context field, for `because`. */
  readonly declaredAt: Readonly<Partial<Record<keyof DeclaredContext, string>>>;
  readonly policy: Policy;
  readonly checks: Checks;
  readonly ignore: readonly IgnoreRule[];
}

export const defaultPolicy: Policy = {
  minimumConfidence: 0.8,
  cooldownDays: 3,
  cooldownBypass: true,
  remedies: ['lockfile-bump', 'upgrade', 'parent-upgrade', 'override', 'remove'],
  deadlines: [],
  allowUnsandboxed: false,
};

export const defaultChecks: Checks = { exploits: [], http: [], timeoutSeconds: 600 };
