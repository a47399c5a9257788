import type { Count } from '../api/types.ts';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** 12,345 */
export function formatNumber(value: number): string {
  return whole.format(value);
}

/** 12.3K, for where there is little room. */
export function formatCompact(value: number): string {
  return value < 10_000 ? whole.format(value) : compact.format(value);
}

const twoDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** `+2.1`, `−0.04`: two digits that mean something, and a minus that is one. */
export function formatSigned(value: number): string {
  if (value === 0) return '0';
  return `${value < 0 ? '−' : '+'}${twoDigits.format(Math.abs(value))}`;
}

/** `1,000+` where counting stopped there. */
export function formatCount(count: Count): string {
  return `${formatNumber(count.value)}${count.atLeast ? '+' : ''}`;
}

/** A share as a percentage; extreme ones are not rounded away to 0 or 100. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 1) return '<1%';
  if (percent > 99 && percent < 100) return '>99%';
  return `${Math.round(percent)}%`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${oneDigit.format(value)} ${units[unit]}`;
}

/** `3 findings`, `1 finding`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** Hours as people say them: `40 min`, `18 h`, `6.5 d`. */
export function formatHours(hours: number | null): string {
  if (hours === null) return '–';
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} min`;
  if (hours < 48) return `${oneDigit.format(hours)} h`;
  return `${oneDigit.format(hours / 24)} d`;
}

/** Milliseconds as people say them. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${oneDigit.format(milliseconds / 1000)} s`;
  return `${oneDigit.format(milliseconds / 60_000)} min`;
}

/** Names that are letters, and not to be taken for words. */
const LETTERS = /\b(cve|cvss|cwe|epss|kev|npm|osv|pci|sbom|ssvc|vex)\b/g;

/** `in-progress` → `In progress`, `cvss-impact` → `CVSS impact` */
export function sentence(word: string): string {
  const spaced = word
    .replaceAll(/[-_]/g, ' ')
    .replaceAll(LETTERS, (letters) => letters.toUpperCase());
  return spaced.slice(0, 1).toUpperCase() + spaced.slice(1);
}
