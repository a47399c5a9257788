import type { TestOutcome } from '../../../domain/verification.ts';

/**
 * Reads the test cases of a JUnit XML report. Sent into the sandbox, see script.ts. Tolerant and
 * linear: the file is the project's and may be anything.
 */
export function parseJunit(text: string): [name: string, outcome: TestOutcome][] {
  const found: [string, TestOutcome][] = [];
  const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  const decode = (value: string) =>
    value.replaceAll(/&(?:#(\d{1,7})|(\w{2,4}));/g, (whole, code, name) =>
      code === undefined
        ? (entities[String(name)] ?? whole)
        : String.fromCodePoint(Math.min(Number(code), 0x10ffff)),
    );
  let at = text.indexOf('<testcase');
  while (at !== -1) {
    const next = text.indexOf('<testcase', at + 9);
    const chunk = text.slice(at, next === -1 ? undefined : next);
    at = next;
    // Cut off: it does not say how the test ended.
    if (!chunk.includes('>')) continue;
    const head = chunk.slice(0, chunk.indexOf('>'));
    const attribute = (name: string) => {
      const match = new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)')`).exec(head);
      return match === null ? undefined : decode(match[1] ?? match[2] ?? '');
    };
    const end = chunk.indexOf('</testcase');
    const body = head.endsWith('/') ? '' : chunk.slice(head.length, end === -1 ? undefined : end);
    const outcome = /<(?:failure|error)\b/.test(body)
      ? 'failed'
      : /<skipped\b/.test(body)
        ? 'skipped'
        : 'passed';
    const names = [attribute('file'), attribute('classname'), attribute('name')];
    found.push([names.filter(Boolean).join(' › '), outcome]);
  }
  return found;
}
