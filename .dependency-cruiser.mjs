/**
 * The architecture as rules that fail the build. The direction is
 * domain ← versions ← ports ← stages ← workflows ← api, cli ← main;
 * plugins, store and advisories are leaves: they see only ports, domain, versions and platform.
 */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: ['[.]test[.]ts$'] },
  to: { pathNot: allowed },
});

export default {
  forbidden: [
    {
      name: 'no-cycle',
      severity: 'error',
      comment:
        'Two modules that need each other are one concept or hide a third: name it, move it.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'This import leads nowhere. Fix the path or install the package.',
      from: {},
      // Types alone, from @types/sarif: there is no package of that name to run.
      to: { couldNotResolve: true, pathNot: '^sarif$' },
    },
    {
      name: 'not-to-test',
      severity: 'error',
      comment: 'Product code must not lean on test code. Move what is shared into src/.',
      from: { path: '^src/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(test|bench|scripts)/|[.]test[.]ts$' },
    },
    only(
      'domain-is-pure',
      '^src/domain/',
      ['^src/domain/', '^node:crypto$', '^crypto$'],
      'domain/ holds types and pure rules. Pass what you need in as an argument; hashing is the one exception.',
    ),
    only(
      'versions-are-pure',
      '^src/versions/',
      ['^src/(domain|versions)/', '^node_modules/semver/'],
      'versions/ holds pure grammars. They know nothing but the domain.',
    ),
    only(
      'ports-are-interfaces',
      '^src/ports/',
      ['^src/(domain|versions|ports)/'],
      'A port says what is needed, not how. Put the how into plugins/.',
    ),
    only(
      'stages-are-pure',
      '^src/stages/',
      [
        '^src/(domain|versions|ports|stages)/',
        '^sarif$',
        '^node_modules/(semver|packageurl-js|oxc-parser|@oxc-parser|ignore|zod|yaml|@marcbachmann/cel-js|csv-parse|rrule-temporal|temporal-polyfill)/',
      ],
      'A stage is a pure function over domain values and ports: no files, clock, network, store or plugin. Take a port as an argument.',
    ),
    only(
      'plugins-see-ports',
      '^src/plugins/([^/]+)/',
      [
        '^src/(domain|versions|ports|platform)/',
        '^src/plugins/$1/',
        '^node_modules/',
        '^(node:)?[a-z0-9_/]+$',
      ],
      'A plugin implements a port; it must not know stages, the store or other kinds of plugins. Share through platform/ or the domain.',
    ),
    only(
      'platform-is-below',
      '^src/platform/',
      ['^src/(platform|domain|ports)/', '^node_modules/', '^(node:)?[a-z0-9_/]+$'],
      'platform/ is plumbing: it must not know the product.',
    ),
    only(
      'advisories-see-ports',
      '^src/advisories/',
      [
        '^src/(domain|versions|ports|platform|advisories)/',
        '^node_modules/',
        '^(node:)?[a-z0-9_/]+$',
      ],
      'The advisory index is a leaf like a plugin: only ports, domain, versions, platform.',
    ),
    only(
      'store-sees-ports',
      '^src/store/',
      ['^src/(domain|versions|ports|platform|store)/', '^node_modules/', '^(node:)?[a-z0-9_/]+$'],
      'The store keeps and finds; what things mean is for stages and workflows. Pass the value in.',
    ),
    {
      name: 'only-control-is-durable',
      severity: 'error',
      comment:
        'Only workflows/control knows the durable engine, so that it can be replaced. Use its client or add a workflow there.',
      from: { path: '^src/', pathNot: ['^src/workflows/control/', '[.]test[.]ts$'] },
      to: { path: '^node_modules/@dbos-inc/' },
    },
    only(
      'workflows-know-no-plugin',
      '^src/workflows/',
      [
        '^src/(domain|versions|ports|stages|workflows|advisories|platform|store)/',
        '^node_modules/',
        '^(node:)?[a-z0-9_/]+$',
      ],
      'Workflows get their plugins as ports from main.ts. Take the port as an argument.',
    ),
    {
      name: 'only-main-wires-plugins',
      severity: 'error',
      comment:
        'main.ts is the only place that wires plugins to ports. Take the port as an argument.',
      from: { path: '^src/', pathNot: ['^src/main[.]ts$', '^src/plugins/', '[.]test[.]ts$'] },
      to: { path: '^src/plugins/' },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // Tests may see everything; and the parser cannot read every statement they use.
    exclude: { path: 'fixtures/|[.]test[.]ts$' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
