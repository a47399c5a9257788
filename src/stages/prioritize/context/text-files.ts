import type { SourceTree } from '../../../ports/source-tree.ts';

/** Larger files are generated, and no descriptor of a deployment. */
const MAX_BYTES = 256 * 1024;
/** Not what runs in earnest: an example's web server does not put the repository on the internet. */
const ASIDE =
  /(?:^|\/)(?:examples?|demos?|tests?|__tests__|__mocks__|spec|e2e|fixtures?|docs?|bench(?:marks?)?|samples?|templates?)(?:\/|$)/i;

/** The asset's own files, read in small numbers and small sizes. */
export interface TextFiles {
  /** Paths that count, sorted; examples, tests and documentation left out. */
  readonly paths: readonly string[];
  /** Lines of a file; empty when it is absent, too large or unreadable. */
  lines(path: string): Promise<readonly string[]>;
}

export async function textFiles(tree: SourceTree): Promise<TextFiles> {
  const paths = (await tree.list()).filter((path) => !isAside(path));
  return {
    paths,
    async lines(path) {
      // A file that cannot be read is a missing hint, not a failed scan: discovery reports it.
      const text = await tree.read(path, { maxBytes: MAX_BYTES }).catch(() => undefined);
      return text?.split(/\r?\n/) ?? [];
    },
  };
}

/** Whether a path belongs to examples, tests, documentation and the like. */
export function isAside(path: string): boolean {
  return ASIDE.test(path);
}

/** Something seen that speaks for a value. */
export interface Signal<T> {
  readonly value: T;
  readonly because: string;
}

/** The first line that matches, as a signal: `Dockerfile:12 EXPOSE 8080`. */
export async function signalFrom<T>(
  files: TextFiles,
  paths: readonly string[],
  pattern: RegExp,
  value: T,
): Promise<Signal<T> | undefined> {
  for (const path of paths) {
    const lines = await files.lines(path);
    const index = lines.findIndex((line) => pattern.test(line));
    if (index >= 0)
      return { value, because: `${path}:${index + 1} ${excerpt(lines[index] ?? '')}` };
  }
  return undefined;
}

function excerpt(line: string): string {
  const text = line.trim().replaceAll(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
