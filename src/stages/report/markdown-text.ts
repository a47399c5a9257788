import { neutralise } from '../../domain/neutralise.ts';

/**
 * Text from outside, safe inside Markdown: no markup, links, images, mentions or HTML can come out
 * of it (CommonMark 0.31 section 2.4 allows every ASCII punctuation character to be escaped).
 */
export function md(text: string): string {
  return neutralise(text)
    .replaceAll(/[\\`*_{}[\]()<>#|~!&]/g, '\\$&')
    .replaceAll(/@(?=\w)/g, '@\u2060')
    .replaceAll(/(https?):\/\//gi, '$1:\u2060//');
}

/** Text from outside as inline code; backticks inside it cannot end it. */
export function code(text: string): string {
  const plain = neutralise(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${plain}${fence}` : `${fence} ${plain} ${fence}`;
}

/** A table with escaped cells; `cells` are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
