const SCRIPT = /<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi;

/**
 * The part of a file that is script. Of single-file components everything around the script blocks
 * becomes blanks, so that lines and columns stay true.
 */
export function scriptText(path: string, text: string): { path: string; text: string } {
  if (!/\.(vue|svelte|astro)$/.test(path)) return { path, text };
  const parts: string[] = [];
  let typescript = false;
  let done = 0;
  if (path.endsWith('.astro')) {
    const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text);
    if (front !== null) {
      parts.push('   ', text.slice(3, front[0].length - 3));
      done = front[0].length - 3;
      typescript = true;
    }
  }
  for (const match of text.matchAll(SCRIPT)) {
    const body = match[2] ?? '';
    const start = match.index + match[0].indexOf('>') + 1;
    if (start < done) continue;
    if (/lang\s*=\s*["']?tsx?/.test(match[1] ?? '')) typescript = true;
    parts.push(blank(text.slice(done, start)), body);
    done = start + body.length;
  }
  parts.push(blank(text.slice(done)));
  return { path: `${path}.${typescript ? 'ts' : 'js'}`, text: parts.join('') };
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
