import semver from 'semver';

/** Where a forced version applies: `name`, `name@range`, `parent@range > name`. */
export interface Selector {
  readonly name: string;
  /** Range of the child that is replaced; absent: any. */
  readonly range?: string;
  readonly parent?: { readonly name: string; readonly range?: string };
}

/** Reads a normalised selector; of a longer chain of parents the nearest counts. */
export function readSelector(text: string): Selector {
  const parts = text.split(/\s*>\s*(?=[@a-z])/i).map(splitRange);
  const child = parts.at(-1) ?? { name: text };
  const parent = parts.at(-2);
  return parent === undefined ? child : { ...child, parent };
}

/** Whether the edge from a parent (absent for a workspace) to a child falls under the selector. */
export function selects(
  selector: Selector,
  parent: { readonly name: string; readonly version: string } | undefined,
  child: { readonly name: string; readonly version?: string },
): boolean {
  if (selector.name !== child.name) return false;
  if (selector.parent === undefined) return true;
  return (
    parent !== undefined &&
    selector.parent.name === parent.name &&
    within(parent.version, selector.parent.range)
  );
}

/** The selector of an override that holds only below one parent, while it stays compatible. */
export function scopedSelector(parent: string, range: string, name: string): string {
  return `${parent}@${range} > ${name}`;
}

function within(version: string, range: string | undefined): boolean {
  if (range === undefined || semver.validRange(range) === null) return true;
  return semver.satisfies(version, range, { includePrerelease: true });
}

function splitRange(text: string): { name: string; range?: string } {
  const at = text.indexOf('@', 1);
  if (at === -1) return { name: text.trim() };
  return { name: text.slice(0, at).trim(), range: text.slice(at + 1).trim() };
}
