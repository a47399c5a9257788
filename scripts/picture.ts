/**
 * Draws docs/demo.svg from what the demo really printed. Run after `npm run demo`:
 *
 *   node scripts/picture.ts
 */
/* oxlint-disable no-control-regex -- terminal sequences are what this reads */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const transcript = await readFile(join(root, '.cache', 'demo', 'transcript.txt'), 'utf8');

const COLUMNS = 112;
const CHARACTER = 7.8;
const LINE = 17;
const COLOURS: Readonly<Record<string, string>> = {
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#f2cc60',
  '36': '#79c0ff',
};

// Whose machine it was drawn on is nobody's business.
const lines = excerpt(transcript.split('\n')).map((line) =>
  line.replaceAll('\r', '').replaceAll(`${root}/`, ''),
);
const height = lines.length * LINE + 56;
const width = Math.ceil(COLUMNS * CHARACTER) + 40;
const rows = lines.map((line, i) => {
  const y = 52 + i * LINE;
  return `<text x="20" y="${y}" xml:space="preserve">${draw(line)}</text>`;
});
await writeFile(
  join(root, 'docs', 'demo.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Output of npm run demo">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/><circle cx="62" cy="20" r="6" fill="#28c840"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="#e6edf3">
${rows.join('\n')}
</g>
</svg>
`,
);
console.log(`docs/demo.svg: ${lines.length} lines`);

/** What matters of a scan, then the patch with its proof: the rest is in the demo itself. */
function excerpt(all: readonly string[]): string[] {
  const plain = all.map((line) => line.replaceAll(/\u001B\[[0-9;]*m/g, ''));
  const at = (pattern: RegExp, from = 0) => plain.findIndex((l, i) => i >= from && pattern.test(l));
  const scan = at(/^\$ .*suture scan/);
  const attend = at(/^ATTEND/, scan);
  const track = at(/^TRACK/, attend);
  const patch = at(/^\$ .*suture patch/);
  const result = at(/findings?, .* closed/, patch);
  const end = at(/take it:/, result);
  return [
    ...all.slice(scan, attend + 5),
    '      …',
    ...all.slice(track, track + 4),
    '      …',
    '',
    ...all.slice(patch, patch + 1),
    '',
    ...all.slice(result, end + 1),
  ]
    .map((line, i, kept) => (i > 0 && line === '' && kept[i - 1] === '' ? undefined : line))
    .filter((line) => line !== undefined);
}

/** One line with SGR colours as SVG spans; too long ones are cut, as a terminal's window would. */
function draw(line: string): string {
  let left = COLUMNS;
  let colour = '';
  let bold = false;
  let dim = false;
  return line
    .split(/(\u001B\[[0-9;]*m)/)
    .map((part) => {
      const sgr = /^\u001B\[([0-9;]*)m$/.exec(part)?.[1];
      if (sgr !== undefined) {
        for (const code of sgr.split(';')) {
          if (code === '1') bold = true;
          else if (code === '2') dim = true;
          else if (code === '22') bold = dim = false;
          else if (code === '39') colour = '';
          else colour = COLOURS[code] ?? colour;
        }
        return '';
      }
      const text = Array.from(part).slice(0, left).join('');
      left -= Array.from(text).length;
      if (text === '') return '';
      const style = [
        colour === '' ? '' : ` fill="${colour}"`,
        bold ? ' font-weight="600"' : '',
        dim ? ' fill-opacity="0.6"' : '',
      ].join('');
      return `<tspan${style}>${escape(text)}</tspan>`;
    })
    .join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
