import ignore from 'ignore';
import type { IgnoreRule } from '../../domain/configuration.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Problem } from '../../domain/problem.ts';

const DAY = 86_400_000;
/** An exception that nobody has to look at again within a year is not an exception. */
const LONGEST_DAYS = 366;

/**
 * Marks the findings a person accepted. They stay in the output; nothing is ever hidden.
 *
 * A rule applies until the end of its `expires` day (UTC). Problems: an expired rule and one that
 * matches nothing (warnings), one that reaches more than a year ahead (error; it does not apply).
 */
export function applyIgnores(
  findings: readonly Finding[],
  rules: readonly IgnoreRule[],
  now: Date,
): { readonly findings: readonly Finding[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const valid = rules.filter((rule) => {
    const problem = refusal(rule, now);
    if (problem !== undefined) problems.push(problem);
    return problem === undefined;
  });
  const used = new Set<IgnoreRule>();
  const marked = findings.map((finding) => {
    const rule = valid.find((each) => matches(each, finding));
    if (rule === undefined) return finding;
    used.add(rule);
    const { reason, expires, declaredIn } = rule;
    return { ...finding, suppression: { reason, expires, declaredIn } };
  });
  for (const rule of valid) {
    if (used.has(rule) || findings.some((finding) => matches(rule, finding))) continue;
    const message = `ignore rule for ${rule.id} matches no finding; remove it`;
    problems.push(problemAt(rule, 'warning', message));
  }
  return { findings: marked, problems };
}

function refusal(rule: IgnoreRule, now: Date): Problem | undefined {
  const end = Date.parse(rule.expires) + DAY;
  if (Number.isNaN(end)) {
    return problemAt(
      rule,
      'error',
      `ignore rule for ${rule.id} has no valid expiry; it does not apply`,
    );
  }
  if (end <= now.getTime()) {
    const message = `ignore rule for ${rule.id} expired on ${rule.expires} and no longer applies; close the finding or decide again`;
    return problemAt(rule, 'warning', message);
  }
  if (end - now.getTime() > (LONGEST_DAYS + 1) * DAY) {
    const message = `ignore rule for ${rule.id} expires on ${rule.expires}, more than a year ahead; it does not apply. Choose a date within a year`;
    return problemAt(rule, 'error', message);
  }
  return undefined;
}

/** By any id of the vulnerability, then package and path where the rule names them. */
function matches(rule: IgnoreRule, { advisory, component }: Finding): boolean {
  const ids = [advisory.id, ...advisory.aliases].map((id) => id.toUpperCase());
  if (!ids.includes(rule.id.toUpperCase())) return false;
  if (rule.package !== undefined && rule.package !== component.name) return false;
  if (rule.path === undefined) return true;
  // Every place must be covered: a rule for one lockfile must not silence the same hole in another.
  const glob = ignore().add(rule.path);
  return component.seenIn.length > 0 && component.seenIn.every((file) => glob.ignores(file));
}

function problemAt(rule: IgnoreRule, severity: Problem['severity'], message: string): Problem {
  const match = /^(.*):(\d+)$/.exec(rule.declaredIn);
  if (match === null) return { severity, file: rule.declaredIn, message };
  return { severity, file: match[1] ?? '', line: Number(match[2]), message };
}
