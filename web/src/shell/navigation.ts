import type { IconName } from '../ui/icon.tsx';

/** The parts of the page; `key` after `g` goes there. */
export const PARTS = [
  { to: '/', label: 'Overview', icon: 'overview', key: 'o' },
  { to: '/findings', label: 'Findings', icon: 'finding', key: 'f' },
  { to: '/changes', label: 'Changes', icon: 'change', key: 'c' },
  { to: '/assets', label: 'Assets', icon: 'asset', key: 'a' },
  { to: '/policy', label: 'Policy', icon: 'policy', key: 'p' },
  { to: '/decisions', label: 'Decisions', icon: 'decision', key: 'd' },
  { to: '/settings', label: 'Settings', icon: 'settings', key: 's' },
] as const satisfies readonly { to: string; label: string; icon: IconName; key: string }[];
