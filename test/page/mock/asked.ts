import type { World } from './world.ts';

export interface Asked {
  readonly world: World;
  readonly query: URLSearchParams;
  readonly params: Readonly<Record<string, string>>;
  // The bodies are checked by the real server; here they are taken as they come.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** The world has no such thing. */
export class Missing extends Error {}

export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Missing();
  return value;
}

/** A page of a list; the cursor is where it starts. */
export function page<T>(items: readonly T[], query: URLSearchParams) {
  const start = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  const end = start + limit;
  return { items: items.slice(start, end), nextCursor: end < items.length ? String(end) : null };
}
