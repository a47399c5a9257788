import { neutralise } from '../../domain/neutralise.ts';
import type { Problem } from '../../domain/problem.ts';
import { type Appearance, count, type Style, wrap } from './layout.ts';

/** What was not looked at, or only with a caveat; errors first. */
export function problemLines(
  problems: readonly Problem[],
  { width }: Appearance,
  style: Style,
): string[] {
  if (problems.length === 0) return [];
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  const title =
    errors.length === 0
      ? style.yellow(count(warnings.length, 'warning'))
      : style.red(`${count(errors.length, 'part')} not covered`);
  return [
    style.bold(title),
    ...[...errors, ...warnings].flatMap((problem) =>
      wrap(neutralise(`${placeOf(problem)}${problem.message}`), width - 4).map(
        (line, i) => `${i === 0 ? '  - ' : '    '}${line}`,
      ),
    ),
    '',
  ];
}

/** `package-lock.json:12: `, or nothing for the target as a whole. */
export function placeOf({ file, line }: Problem): string {
  if (file === '') return '';
  return line === undefined ? `${file}: ` : `${file}:${line}: `;
}
