import { oneOf, searchOf, textOf } from '../../api/search-params.ts';

/** The parts of the settings, in the order of their tabs; the first is shown where none is named. */
export const SETTINGS_PARTS = [
  'system',
  'people',
  'channels',
  'notifications',
  'tokens',
  'you',
] as const;

export type SettingsPart = (typeof SETTINGS_PARTS)[number];

/** What the address says of the settings; `open` is what is being edited, `new` for one to come. */
export function settingsSearch(search: Record<string, unknown>) {
  return searchOf({
    part: oneOf(search, 'part', SETTINGS_PARTS),
    open: textOf(search, 'open'),
  });
}
