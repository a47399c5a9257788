/** Drawn on a 20 × 20 grid, one path each. */
const PATHS = {
  overview: 'M3 10.5 10 4l7 6.5M5 9v7.5h10V9',
  finding: 'M10 3 3 16.5h14zM10 8v4M10 14.2v.1',
  change: 'M5 4v8.5a3 3 0 0 0 3 3h4M5 4l-2 2.5M5 4l2 2.5M15 16V7.5a3 3 0 0 0-3-3H9.5',
  asset: 'M3.5 5.5h13v4h-13zM3.5 11.5h13v4h-13zM6 7.5h.1M6 13.5h.1',
  policy: 'M10 3l6 2.2v4.6c0 3.6-2.5 6-6 7.2-3.5-1.2-6-3.6-6-7.2V5.2z',
  decision: 'M5 3.5h10v13H5zM7.5 7h5M7.5 10h5M7.5 13h3',
  settings:
    'M3 6h8M15 6h2M3 14h2M9 14h8M11 6a2 2 0 1 0 4 0 2 2 0 1 0-4 0M5 14a2 2 0 1 0 4 0 2 2 0 1 0-4 0',
  search: 'M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 1 0 0-11M13 13l4 4',
  close: 'M5 5l10 10M15 5 5 15',
  check: 'M4 10.5l4 4 8-9',
  down: 'M5 8l5 5 5-5',
  right: 'M8 5l5 5-5 5',
  left: 'M12 5l-5 5 5 5',
  up: 'M5 12l5-5 5 5',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 1 0 0-7M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1',
  moon: 'M16 12.2A6.5 6.5 0 0 1 7.8 4a6.5 6.5 0 1 0 8.2 8.2z',
  system: 'M3 4.5h14v9H3zM7.5 16.5h5',
  pause: 'M7 4.5v11M13 4.5v11',
  play: 'M6 4l9.5 6L6 16z',
  clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 1 0 0-14M10 6v4l2.5 2',
  copy: 'M7 7h9.5v9.5H7zM4 13H3.5V3.5H13V4',
  download: 'M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13',
  upload: 'M10 12.5v-9M6 7l4-4 4 4M3.5 16.5h13',
  plus: 'M10 4v12M4 10h12',
  refresh: 'M16 5v4h-4M4 15v-4h4M15.5 9A6 6 0 0 0 5 6.5M4.5 11A6 6 0 0 0 15 13.5',
  info: 'M10 3a7 7 0 1 0 0 14 7 7 0 1 0 0-14M10 9v5M10 6.3v.1',
  link: 'M8.5 11.5l3-3M9 6l1.5-1.5a3.5 3.5 0 0 1 5 5L14 11M11 14l-1.5 1.5a3.5 3.5 0 0 1-5-5L6 9',
  person: 'M10 3.5a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 1 0 0-6.4M3.8 17c.6-3.3 3-5 6.2-5s5.6 1.7 6.2 5',
  leave: 'M8 3.5H4v13h4M8.5 10H17M13.5 6.5 17 10l-3.5 3.5',
  keyboard: 'M2.5 5.5h15v9h-15zM5.5 8.5h.1M8.5 8.5h.1M11.5 8.5h.1M14.5 8.5h.1M6.5 11.7h7',
  spinner: 'M10 3a7 7 0 1 1-7 7',
  shield: 'M10 3l6 2.2v4.6c0 3.6-2.5 6-6 7.2-3.5-1.2-6-3.6-6-7.2V5.2zM7.2 9.8l2 2 3.6-4',
  map: 'M4.5 12.5a2 2 0 1 0 0 4 2 2 0 1 0 0-4M15.5 12.5a2 2 0 1 0 0 4 2 2 0 1 0 0-4M10 3.5a2 2 0 1 0 0 4 2 2 0 1 0 0-4M9 7.5l-3.5 5M11 7.5l3.5 5',
} as const;

export type IconName = keyof typeof PATHS;

/** A sign beside words; always decoration, the words say it. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      className={className === undefined ? 'icon' : `icon ${className}`}
      viewBox="0 0 20 20"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark: a cut, closed with three stitches. */
export function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" strokeWidth="2.5" strokeLinecap="round">
        <path d="M5 16h22" />
        <path d="M9 10.5l3 11M14.5 10.5l3 11M20 10.5l3 11" opacity=".65" />
      </g>
    </svg>
  );
}
