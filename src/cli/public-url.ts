import type { Store } from '../store/database.ts';
import { setting } from '../store/settings.ts';
import { DEFAULT_SERVER } from './server.ts';

/** The setting that holds where people reach the page. */
export const PUBLIC_URL = 'public-url';

/** Where people reach the page, as the process that serves it said last. */
export async function publicUrlOf(store: Store): Promise<string> {
  const url = await setting(store, PUBLIC_URL);
  return typeof url === 'string' ? url : DEFAULT_SERVER;
}
