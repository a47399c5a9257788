import { z } from 'zod';
import type { Scope } from '../../../domain/component.ts';
import type { DependencyKind } from '../../../domain/dependency-graph.ts';
import { SutureError } from '../../../domain/error.ts';

/** What one SBOM says, in one shape for both formats. */
export interface SbomDocument {
  /** `CycloneDX 1.6`, `SPDX 2.3` */
  readonly format: string;
  /** What it is about, as it says. */
  readonly name?: string;
  /** Ids of what it is about; not components of it. */
  readonly roots: ReadonlySet<string>;
  readonly items: readonly SbomItem[];
  readonly links: readonly SbomLink[];
}

export interface SbomItem {
  /** Unique in its document. */
  readonly id: string;
  /** Where it is: `components[3]`. */
  readonly path: string;
  readonly name: string;
  /** As written; absent for what is no package. */
  readonly purl?: string;
  /** It is meant to be a package: without a purl it is missed. */
  readonly isPackage: boolean;
  readonly scope?: Scope;
}

export interface SbomLink {
  readonly from: string;
  readonly to: string;
  readonly kind: DependencyKind;
}

/** Of items, and of links: more than any real document has, and still seconds of work. */
const MAX_ITEMS = 500_000;

/** @throws SutureError `sbom-invalid` with the path of the first thing that is wrong */
export function checked<T>(
  schema: z.ZodType<T>,
  value: unknown,
  format: string,
  at: string = '',
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const inner = z.core.toDotPath(issue?.path ?? []);
  const path = at === '' || inner === '' ? at + inner : `${at}.${inner}`;
  throw sbomInvalid(
    `${path === '' ? 'the document' : path}: ${issue?.message ?? 'is not as the format says'}`,
    `Is it whole? Write it again with the tool it comes from, as ${format} JSON.`,
  );
}

/** @throws SutureError `sbom-invalid` */
export function refuseTooMany(what: string, count: number): void {
  if (count <= MAX_ITEMS) return;
  throw sbomInvalid(`${count} ${what} are too many`, `Divide it: at most ${MAX_ITEMS} are read.`);
}

export function sbomInvalid(message: string, remedy: string): SutureError {
  return new SutureError('sbom-invalid', message, { remedy });
}
