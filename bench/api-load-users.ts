/** What people who look at the page all day ask of the API, and what they say. */
import { randomUUID } from 'node:crypto';
import type { Random } from '../test/support/random.ts';

/** A request of a kind that is measured together. */
export interface Asked {
  readonly shape: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
  /** Told when the server has said that it took it. */
  readonly acknowledged?: () => void;
}

/** What there is to ask about. */
export interface World {
  readonly findings: readonly string[];
  readonly packages: readonly string[];
  readonly assets: readonly string[];
  readonly changes: readonly string[];
  readonly decisions: readonly number[];
}

/** What the server has said that it took, for looking whether it is there. */
export interface Acknowledged {
  readonly votes: Set<string>;
  readonly feedback: Set<string>;
}

const BANDS = ['act', 'attend', 'track', 'act,attend'];
const ENVIRONMENTS = ['production', 'staging', 'test', 'development'];
const SORTS = ['score', 'due', 'first-seen', 'package'];
const WORDS = ['injection', 'denial', 'traversal', 'prototype', 'overflow'];

/** The next thing that somebody does; weights as of somebody who works through findings. */
export function nextRequest(
  chance: Random,
  user: string,
  world: World,
  acknowledged: Acknowledged,
): Asked {
  const get = (shape: string, path: string): Asked => ({ shape, method: 'GET', path });
  const one = <T>(list: readonly T[]): T => list[chance.below(list.length)] as T;
  switch (
    chance.weighted({
      list: 22,
      filtered: 18,
      facets: 14,
      groups: 8,
      finding: 14,
      overview: 8,
      assets: 4,
      changes: 4,
      decisions: 3,
      vote: 2,
      feedback: 3,
    })
  ) {
    case 'list':
      return get('findings: first page', `/findings?sort=${one(SORTS)}`);
    case 'filtered':
      return get('findings: filtered', `/findings?${filter(chance, world)}`);
    case 'facets':
      return get('facets', `/finding-facets?${filter(chance, world)}`);
    case 'groups':
      return get('groups', `/finding-groups?environment=${one(ENVIRONMENTS)}`);
    case 'finding':
      return get('finding, explained', `/findings/${one(world.findings)}`);
    case 'overview':
      return get('overview', '/overview');
    case 'assets':
      return get('assets', `/assets?environment=${one(ENVIRONMENTS)}`);
    case 'changes':
      return get('changes', `/changes?needsMe=${one(['true', 'false'])}`);
    case 'decisions':
      return get('decisions', '/decisions');
    case 'vote': {
      const change = one(world.changes);
      return {
        shape: 'vote',
        method: 'POST',
        path: `/changes/${change}/votes`,
        body: { verdict: 'approve' },
        acknowledged: () => acknowledged.votes.add(`${change} ${user}`),
      };
    }
    case 'feedback': {
      const reason = `load ${randomUUID()}`;
      return {
        shape: 'feedback',
        method: 'POST',
        path: `/decisions/${one(world.decisions)}/feedback`,
        body: { verdict: one(['right', 'wrong-priority']), reason },
        acknowledged: () => acknowledged.feedback.add(reason),
      };
    }
  }
}

function filter(chance: Random, world: World): string {
  const one = <T>(list: readonly T[]): T => list[chance.below(list.length)] as T;
  const parts = [
    () => `band=${one(BANDS)}`,
    () => `environment=${one(ENVIRONMENTS)}`,
    () => 'kev=true',
    () => `reachability=${one(['reachable', 'unknown'])}`,
    () => `package=${encodeURIComponent(one(world.packages))}`,
    () => `asset=${one(world.assets)}`,
    () => `text=${one(WORDS)}`,
    () => 'fixable=true',
  ];
  const chosen = new Set([chance.below(parts.length), chance.below(parts.length)]);
  return [...chosen].map((index) => parts[index]?.()).join('&');
}
