const NAMES = {
  text: '--text',
  soft: '--text-soft',
  faint: '--text-faint',
  line: '--line',
  lineStrong: '--line-strong',
  surface: '--surface',
  accent: '--accent',
  act: '--fill-act',
  attend: '--fill-attend',
  track: '--fill-track',
  fill: '--fill-accent',
} as const;

export type Palette = Readonly<Record<keyof typeof NAMES, string>>;

/** The colours of the theme as a canvas understands them; custom properties are not resolved there. */
export function readPalette(): Palette {
  const probe = document.createElement('span');
  document.body.append(probe);
  const entries = Object.entries(NAMES).map(([name, property]) => {
    probe.style.color = `var(${property})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(entries) as Palette;
}
