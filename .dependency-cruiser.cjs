/**
 * Who may import whom, as docs/architecture.md says it: imports as written, types included.
 * What only run time can show (what a bundle would drag in) is in .dependency-cruiser.runtime.cjs.
 */

const { ADAPTERS, FLOORS } = require('./.dependency-cruiser.floors.cjs');

const ROOMS = FLOORS.flat();
const OURS = '^(src|simulator|stack|scripts|test|bench)/';
/** A room, with the root of the same name where it is one that others may import (the public client). */
const pathOf = (room) => (room === 'client' ? '^src/client(/|[.]ts$)' : `^src/${room}/`);

/** Two rules a room: what it may import at all, and what of that by `import type` only. */
function directions({ room, may = [], types = [], why }) {
  const from = { path: pathOf(room) };
  const known = [room, ...may, ...types].map(pathOf);
  const simulator = room === 'cli' ? ['^simulator/'] : [];
  const rules = [
    {
      name: `${room}-imports`,
      comment: `${why} ${room} may import ${[...may, ...types.map((type) => `${type} (types)`)].join(', ') || 'only itself'}. Move the code down, or pass it in as a parameter.`,
      severity: 'error',
      from,
      to: { path: OURS, pathNot: [...known, ...simulator] },
    },
  ];
  if (types.length === 0) return rules;
  return rules.concat({
    name: `${room}-imports-types`,
    comment: `${why} ${room} sees ${types.join(', ')} by \`import type\` only: write \`import type\`, or move the code.`,
    severity: 'error',
    from,
    to: { path: types.map(pathOf), pathNot: [room, ...may].map(pathOf), dependencyTypesNot: ['type-only'] },
  });
}

/** The commands of stack/ that put the whole product together: roots too. */
const STACK_ROOTS = ['^stack/(dev|demo)[.]ts$', '^stack/product/'];
const TEMPORAL = 'node_modules/@temporalio/';
const REPLAYED = ['workflows', 'domain'].map(pathOf);
const WITHOUT_TEMPORAL = ['domain', 'calendar', 'pages', 'text', ...ADAPTERS].map(pathOf);

module.exports = {
  forbidden: [
    ...ROOMS.flatMap(directions),
    {
      name: 'no-unknown-rooms',
      comment:
        'A folder of src that no floor names: give it a line in .dependency-cruiser.cjs and in docs/architecture.md.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [...ROOMS.map(({ room }) => pathOf(room)), '^src/(worker|gateway|cli|client)[.]ts$'],
      },
      to: {},
    },
    {
      name: 'roots-are-not-imported',
      comment: 'A root reads the environment, wires and starts. Import the room that it wires.',
      severity: 'error',
      from: {},
      to: { path: '^src/(worker|gateway|cli)[.]ts$' },
    },
    {
      name: 'environment-stays-in-config',
      comment: 'The environment is read once, in config. Take a part of `Config` as a parameter.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/config/' },
      to: { path: '^src/config/(environment|variables)' },
    },
    {
      name: 'no-circular',
      comment: 'Neither file can be understood or tested without the other: move what both need into a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'simulator-imports-types',
      comment: 'The simulator is somebody else: it takes types of the product, never its code.',
      severity: 'error',
      from: { path: '^simulator/' },
      to: { path: OURS, pathNot: '^simulator/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'stack-imports',
      comment: 'The embedded servers know the contract; what starts the product around them is in stack/product.',
      severity: 'error',
      from: { path: '^stack/', pathNot: STACK_ROOTS },
      to: { path: OURS, pathNot: ['^stack/', '^src/contract/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'stack-roots',
      comment:
        'dev and demo start the product: they know how it is configured, used, reported and audited, not its inner parts.',
      severity: 'error',
      from: { path: STACK_ROOTS },
      to: {
        path: OURS,
        pathNot: [
          '^stack/',
          '^simulator/',
          '^src/(contract|text|cli|config|client|composition|observability|records)(/|[.]ts$)',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'auditor-imports',
      comment: 'The auditor judges the product, so it shares nothing with it, its simulator or its stack.',
      severity: 'error',
      from: { path: '^test/auditor/' },
      to: { path: OURS, pathNot: '^test/auditor/' },
    },
    {
      name: 'workflow-packages',
      comment: 'Replayed code has Temporal and nothing else. What needs a package or a Node built-in is an activity.',
      severity: 'error',
      from: { path: REPLAYED },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
        pathNot: `${TEMPORAL}(workflow|common)/`,
      },
    },
    {
      name: 'no-temporal',
      comment: 'Adapters and rules work without Temporal: throw an AdapterError, activities/failures.ts translates it.',
      severity: 'error',
      from: { path: WITHOUT_TEMPORAL },
      to: { path: TEMPORAL },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports it and it imports nothing: delete it.',
      severity: 'error',
      from: { orphan: true, pathNot: '[.]d[.]mts$' },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'It would fail when it is loaded.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'Production installs without development packages; only the embedded stack may use them.',
      severity: 'error',
      from: { path: '^(src|simulator)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'It is there by accident, as a dependency of a dependency: add it to package.json.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
