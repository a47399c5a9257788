import type { TestOutcome } from '../../../domain/verification.ts';

/**
 * Reads the Test Anything Protocol (versions 12–14) as the runners of the field write it. Sent into
 * the sandbox, see script.ts.
 *
 * A subtest (`# Subtest:` of node-tap) is a test, named by its path; assertions inside it are folded
 * into it. tape and AVA write a `# title` before the assertions of each test: these are folded too.
 */
export function parseTap(text: string): [name: string, outcome: TestOutcome][] {
  const found = new Map<string, TestOutcome>();
  const open: string[] = [];
  let title: string | undefined;
  const add = (name: string, outcome: TestOutcome) => {
    const known = found.get(name);
    if (known === 'failed' || (known === 'passed' && outcome === 'skipped')) return;
    found.set(name, outcome);
  };
  for (const line of text.split('\n')) {
    const body = line.trimStart();
    const depth = Math.floor((line.length - body.length) / 4);
    const subtest = /^# Subtest(?:: (.*))?$/.exec(body);
    if (subtest !== null) {
      open.length = Math.min(open.length, depth);
      open[depth] = subtest[1] ?? '(anonymous)';
      continue;
    }
    if (/^Bail out!/i.test(body)) {
      add(body.trim(), 'failed');
      continue;
    }
    if (body.startsWith('# ')) {
      const comment = body.slice(2).trim();
      if (depth > 0) continue;
      const skipped = /^SKIP (.+)$/.exec(comment);
      if (skipped !== null) add(skipped[1] ?? '', 'skipped');
      else if (!/^(?:tests|pass|fail|skip|todo|ok|time|duration_ms|suites)\b/i.test(comment)) {
        title = comment;
      }
      continue;
    }
    const point = /^(not )?ok\b *(\d+)?(?: *-)? ?(.*)$/.exec(body);
    if (point === null) continue;
    const [, not, number, rest = ''] = point;
    const opens = /\s*\{$/.test(rest);
    const directive = /(?:^|\s)#\s*(skip|todo)/i.exec(rest);
    const name =
      rest
        .replace(/\s*\{$/, '')
        .replace(/(?:^|\s+)#\s*(?:skip|todo|time).*$/i, '')
        .trim() || `#${number ?? '?'}`;
    const outcome = directive !== null ? 'skipped' : not === undefined ? 'passed' : 'failed';
    const parents = open.slice(0, depth);
    if (open[depth] === name || opens) {
      add([...parents, name].join(' › '), outcome);
      open.length = Math.min(open.length, depth);
      if (opens) open[depth] = name;
    } else if (depth === 0) {
      add(title ?? name, outcome);
    }
  }
  return [...found];
}
