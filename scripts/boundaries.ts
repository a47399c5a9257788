/**
 * Checks the architecture (`.dependency-cruiser.mjs`) and prints only what breaks it.
 *
 *   node scripts/boundaries.ts
 */
import { createRequire } from 'node:module';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';

/** Below this the check would be passing on nothing (a parser that reads no TypeScript). */
const MINIMUM_MODULES = 200;

interface UsingDeclaration {
  readonly type: string;
  decls: unknown;
}

interface StatementVisitor {
  visitStatement(statement: UsingDeclaration): unknown;
  visitVariableDeclarators(declarations: unknown): unknown;
}

// swc parses `using`, but the visitor that dependency-cruiser gets from it stops at the statement.
const { Visitor } = createRequire(import.meta.url)('@swc/core/Visitor.js') as {
  Visitor: { prototype: StatementVisitor };
};
// oxlint-disable-next-line typescript/unbound-method -- called with its receiver below
const known = Visitor.prototype.visitStatement;
Visitor.prototype.visitStatement = function visitStatement(this: StatementVisitor, statement) {
  if (statement.type !== 'UsingDeclaration') return known.call(this, statement);
  statement.decls = this.visitVariableDeclarators(statement.decls);
  return statement;
};

// Its own types live in JSDoc; what is used of it is said here.
const file: string = '../.dependency-cruiser.mjs';
const { default: configuration } = (await import(file)) as { default: unknown };
const { options, ...ruleSet } = configuration as {
  options: object;
  forbidden: IForbiddenRuleType[];
};
const { output } = await cruise(['src'], { ...options, ruleSet, validate: true });
const { summary } = output as ICruiseResult;
for (const { from, to, rule } of summary.violations) {
  const comment = ruleSet.forbidden.find(({ name }) => name === rule.name)?.comment ?? '';
  console.error(`${from} → ${to}\n  ${rule.name}: ${comment}`);
}
if (summary.totalCruised < MINIMUM_MODULES) {
  console.error(
    `Only ${summary.totalCruised} modules were read, at least ${MINIMUM_MODULES} expected.`,
  );
}
process.exitCode = summary.violations.length > 0 || summary.totalCruised < MINIMUM_MODULES ? 1 : 0;
