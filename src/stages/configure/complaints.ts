import type { z } from 'zod';
import { neutralise } from '../../domain/neutralise.ts';
import type { Problem } from '../../domain/problem.ts';
import { suggest } from './suggest.ts';
import type { Place, YamlFile } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/** A problem with the column, where that was asked for. */
export type PlacedProblem = Problem & { readonly column?: number };

interface Source {
  readonly yaml: YamlFile;
  readonly file: string;
  /** Whether to say the column as well. */
  readonly columns?: boolean;
}

/** Turns what the schema found into problems with a line and what would be allowed. */
export function complaintsOf(
  issues: readonly Issue[],
  options: Source & {
    /** Where the checked value stands in the file. */
    readonly at: readonly PropertyKey[];
    /** Keys allowed at a path below `at`, for suggestions. */
    readonly keysAt: (path: readonly PropertyKey[]) => readonly string[];
  },
): PlacedProblem[] {
  const { at, keysAt, ...source } = options;
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) =>
        unknownKey({ ...source, path, key, allowed: keysAt(issue.path) }),
      );
    }
    return [placed(source, source.yaml.placeOf(path), `${nameOf(path)} ${explain(issue)}`)];
  });
}

function placed(
  { file, columns }: Source,
  place: Place | undefined,
  message: string,
): PlacedProblem {
  const found = problem(file, place?.line, message);
  return columns && place !== undefined ? { ...found, column: place.column } : found;
}

export function problem(
  file: string,
  line: number | undefined,
  message: string,
  severity: Problem['severity'] = 'error',
): Problem {
  return { severity, file, ...(line !== undefined && { line }), message: neutralise(message) };
}

/** `ignore[2].reason`, `checks.http[0].status`. */
export function nameOf(path: readonly PropertyKey[]): string {
  const name = path.reduce<string>(
    (sum, part) =>
      typeof part === 'number' ? `${sum}[${part}]` : `${sum}${sum && '.'}${String(part)}`,
    '',
  );
  return name === '' ? 'the file' : name;
}

/** A setting that does not exist, with the one that was probably meant. */
export function unknownKey(
  input: Source & {
    readonly path: readonly PropertyKey[];
    readonly key: string;
    readonly allowed: readonly string[];
  },
): PlacedProblem {
  const { path, key, allowed, ...source } = input;
  const meant = suggest(key, allowed);
  const hint = meant === undefined ? `allowed: ${allowed.join(', ')}` : `did you mean "${meant}"?`;
  const where = path.length === 0 ? '' : ` in ${nameOf(path)}`;
  const message = `"${key}" is not a known setting${where}; ${hint}`;
  return placed(source, source.yaml.placeOfKey(path, key), message);
}

function explain(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    return issue.input === undefined
      ? `is missing (${articled(issue.expected)} is needed)`
      : `must be ${articled(issue.expected)}, is ${shown(issue.input)}`;
  }
  if (issue.code === 'invalid_value') {
    return `is ${shown(issue.input)}; allowed: ${issue.values.map(String).join(', ')}`;
  }
  if (issue.code === 'invalid_union') {
    return `is ${shown(issue.input)}; allowed: ${unionValues(issue).join(', ')}`;
  }
  if (issue.code === 'too_small') {
    return issue.origin === 'number' || issue.origin === 'int'
      ? `is ${shown(issue.input)}; the least allowed is ${issue.minimum}`
      : 'must not be empty';
  }
  if (issue.code === 'too_big') {
    return `is ${shown(issue.input)}; the most allowed is ${issue.maximum}`;
  }
  if (issue.code === 'invalid_format' && !issue.message.startsWith('Invalid')) {
    return `is ${shown(issue.input)}; ${issue.message}`;
  }
  if (issue.code === 'invalid_format') {
    return issue.format === 'date'
      ? `is ${shown(issue.input)}; write a date as YYYY-MM-DD`
      : `is ${shown(issue.input)}; it must start with "/"`;
  }
  return issue.message;
}

const WITH_ARTICLE: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping',
  int: 'a whole number',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};

function articled(type: string): string {
  return WITH_ARTICLE[type] ?? type;
}

function unionValues(issue: Extract<Issue, { code: 'invalid_union' }>): string[] {
  return issue.errors
    .flat()
    .flatMap((each) => (each.code === 'invalid_value' ? each.values.map(String) : []));
}

const MAX_SHOWN = 40;

function shown(input: unknown): string {
  const text = JSON.stringify(input) ?? String(input);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
