import type { Feed } from '../../ports/feed.ts';
import { cve } from './cve.ts';
import { epss } from './epss.ts';
import { exploits } from './exploits.ts';
import { kev } from './kev.ts';
import { osv } from './osv.ts';

/** Every feed, sorted by id; a test compares the list with the folder. */
export const feeds: readonly Feed[] = [cve, epss, exploits, kev, osv];
