import type { PackageAdvisory } from '../../domain/advisory.ts';
import type { AdvisoryIndex } from '../../ports/advisory-index.ts';
import type { Ecosystem } from '../../ports/ecosystem.ts';
import { affectedBy } from '../match/match.ts';
import { labelOf } from './graph-view.ts';

/** Everything that is known against package versions, remembered for the length of one plan. */
export class KnownVulnerabilities {
  readonly #index: AdvisoryIndex;
  readonly #ecosystem: Ecosystem;
  readonly #advisories = new Map<string, readonly PackageAdvisory[]>();
  readonly #versions = new Map<string, ReadonlySet<string>>();

  constructor(index: AdvisoryIndex, ecosystem: Ecosystem) {
    this.#index = index;
    this.#ecosystem = ecosystem;
  }

  /** Advisories that speak of the package in any version. */
  advisories(name: string): readonly PackageAdvisory[] {
    const known = this.#advisories.get(name);
    if (known !== undefined) return known;
    const found = this.#index.affecting(this.#ecosystem.osvName, name);
    this.#advisories.set(name, found);
    return found;
  }

  /** Ids of the advisories that affect this version, whichever finding one is working on. */
  of(name: string, version: string): ReadonlySet<string> {
    const key = labelOf(name, version);
    const known = this.#versions.get(key);
    if (known !== undefined) return known;
    const compare = (a: string, b: string) => this.#ecosystem.compare(a, b);
    const ids = new Set(
      this.advisories(name)
        .filter((advisory) => affectedBy(version, advisory, compare) !== undefined)
        .map(({ id }) => id),
    );
    this.#versions.set(key, ids);
    return ids;
  }
}
