import type { PublishedVersion } from '../../ports/package-registry.ts';
import type { Escape } from './blocked.ts';
import { labelOf, type PackageGroup } from './graph-view.ts';
import { type Judgement, judgeVersion } from './judge-version.ts';
import { pullsOf } from './pulls.ts';
import type { Rejection } from './rejection.ts';
import type { World } from './world.ts';

/** A version that passed every rule, with what speaks against it all the same. */
export interface Candidate {
  readonly published: PublishedVersion;
  readonly judgement: Extract<Judgement, { usable: true }>;
}

/** How many chains of parents one finding may cost before the search stops, so that it always ends. */
const BUDGET = 400;

/** The search for ways to close one hole. */
export class Search {
  readonly world: World;
  /** The cooldown may be bypassed, after the extra checks. */
  readonly bypass: boolean;
  /** Targets other searches of this plan have found, by `name@from`: shared steps are paid once. */
  readonly pool: ReadonlyMap<string, ReadonlySet<string>>;
  readonly rejections: Rejection[] = [];
  /** Packages, as `name@version`, of which other targets would have been considered. */
  readonly considered = new Set<string>();
  /** Escapes that were found before in this search, by what was asked. */
  readonly escapes = new Map<string, readonly Escape[]>();
  readonly #judged: Map<string, Judgement>;
  #budget = BUDGET;

  constructor(
    world: World,
    bypass: boolean,
    pool: ReadonlyMap<string, ReadonlySet<string>>,
    judged: Map<string, Judgement>,
  ) {
    this.world = world;
    this.bypass = bypass;
    this.pool = pool;
    this.#judged = judged;
  }

  /** Takes one unit of the budget; false when there is none left. */
  spend(): boolean {
    this.#budget -= 1;
    return this.#budget >= 0;
  }

  reject(rejection: Rejection): void {
    const same = (other: Rejection) =>
      other.kind === rejection.kind &&
      other.package === rejection.package &&
      other.to === rejection.to;
    if (!this.rejections.some(same)) this.rejections.push(rejection);
  }

  /** Published versions above the installed one, lowest first. The registry has been asked. */
  higher(group: PackageGroup): readonly PublishedVersion[] {
    const { packuments, ecosystem } = this.world;
    return packuments
      .versions(group.name)
      .filter(({ version }) => ecosystem.compare(version, group.version) > 0);
  }

  /** Judges a version, with what it brings along; asks the registry for what that is. */
  async judge(group: PackageGroup, published: PublishedVersion): Promise<Judgement> {
    const key = `${group.key} ${published.version} ${this.bypass}`;
    const known = this.#judged.get(key);
    if (known !== undefined) return known;
    const judgement = await this.#judgeWithPulls(group, published);
    this.#judged.set(key, judgement);
    return judgement;
  }

  /** The rules on the version itself, without what it brings: cheap, and without the registry. */
  judgeAlone(group: PackageGroup, published: PublishedVersion): Judgement {
    const key = `${group.key} ${published.version} ${this.bypass} alone`;
    const known = this.#judged.get(key);
    if (known !== undefined) return known;
    const judgement = judgeVersion(this.world, group, published, this.bypass);
    this.#judged.set(key, judgement);
    return judgement;
  }

  /** Targets that others have found for this package, lowest first. */
  pooled(group: PackageGroup): readonly PublishedVersion[] {
    const label = labelOf(group.name, group.version);
    this.considered.add(label);
    const wanted = this.pool.get(label);
    if (wanted === undefined) return [];
    return this.higher(group).filter(({ version }) => wanted.has(version));
  }

  async #judgeWithPulls(group: PackageGroup, published: PublishedVersion): Promise<Judgement> {
    const alone = this.judgeAlone(group, published);
    if (!alone.usable) return alone;
    const pulls = await pullsOf(this.world, published, this.bypass);
    if (pulls.trouble !== undefined) {
      return { usable: false, ...pulls.trouble };
    }
    if (pulls.carried.length === 0) return alone;
    const carried = alone.penalties.carried + pulls.carried.length;
    const note = `it still brings ${pulls.carried.join(', ')}, as what is installed does`;
    return {
      ...alone,
      penalties: { ...alone.penalties, carried },
      notes: [...alone.notes, note],
    };
  }
}
