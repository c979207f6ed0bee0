/**
 * Who may import whom, as docs/architecture.md says it: imports as written, types included.
 * What only run time can show (what a bundle would drag in) is in .dependency-cruiser.runtime.cjs.
 */

/** Rooms that talk to the outside. They implement ports and do not know each other. */
const ADAPTERS = ['sources', 'destinations', 'datasets', 'records'];

/**
 * The rooms of src, floor by floor from the ground: an import runs down or along its floor, never up.
 * `may`: rooms it may import beside itself; `types`: rooms that it sees by `import type` only; `why`: said with each violation.
 * @type {{ room: string, may?: string[], types?: string[], why: string }[][]}
 */
const FLOORS = [
  [
    { room: 'async', why: 'Waiting and aborting need nothing of the product.' },
    { room: 'contract', why: 'What everybody agrees on depends on nobody.' },
    { room: 'observability', why: 'A log line or a metric must not drag in what it reports on.' },
  ],
  [
    {
      room: 'text',
      may: ['contract'],
      why: 'Numbers, times and bytes are written the same way for a terminal and a page.',
    },
    { room: 'domain', may: ['contract'], why: 'Rules are replayed and tested without any I/O.' },
  ],
  [
    {
      room: 'pages',
      may: ['contract', 'domain'],
      why: 'A page is scanned from bytes; who fetched them does not matter.',
    },
  ],
  [
    {
      room: 'ports',
      types: ['contract', 'domain', 'pages'],
      why: 'A port says what the product needs; adapters and fakes implement it.',
    },
  ],
  [
    {
      room: 'calendar',
      may: ['contract', 'async'],
      types: ['ports'],
      why: 'Windows and buckets are pure functions of a zone.',
    },
  ],
  [
    {
      room: 'activities',
      may: ['contract', 'domain', 'calendar', 'async'],
      types: ['ports', 'pages'],
      why: 'An activity is one effect, through a port: import the port, let composition put the adapter in.',
    },
    ...ADAPTERS.map((room) => ({
      room,
      may: ['contract', 'domain', 'pages', 'async'],
      types: ['ports', 'observability'],
      why: 'An adapter implements a port and knows no other adapter: what two of them need is a port or a rule.',
    })),
  ],
  [
    {
      room: 'workflows',
      may: ['contract', 'domain'],
      types: ['activities'],
      why: 'Workflow code is replayed: it decides and waits, and activities do the rest.',
    },
    {
      room: 'config',
      may: ['contract', 'domain', 'observability', ...ADAPTERS],
      types: ['ports'],
      why: 'The only reader of the environment: it returns values, and opens nothing.',
    },
  ],
  [
    { room: 'keys', may: ['domain', 'config'], why: 'The gateway reads the key file and a command writes it.' },
    {
      room: 'client',
      may: ['contract', 'calendar', 'domain', 'async'],
      types: ['ports'],
      why: 'Programs that embed the client get neither adapters nor the worker.',
    },
  ],
  [
    {
      room: 'report',
      may: ['contract', 'domain', 'calendar', 'text', 'client'],
      types: ['ports', 'datasets', 'records'],
      why: 'A report is made of what it is given: it opens no store and no database.',
    },
  ],
  [
    {
      room: 'gateway',
      may: ['async', 'contract', 'calendar', 'domain', 'client', 'config', 'keys', 'observability'],
      types: ['ports', 'report'],
      why: 'The gateway is thin over the client; what else it needs is a port.',
    },
  ],
  [
    {
      room: 'composition',
      may: [
        'async',
        'contract',
        'domain',
        'config',
        'client',
        'keys',
        'report',
        'gateway',
        'observability',
        'activities',
        ...ADAPTERS,
      ],
      types: ['ports'],
      why: 'The only place where adapters meet ports. It knows no workflow and no command.',
    },
  ],
  [
    {
      room: 'worker',
      may: ['async', 'contract', 'domain', 'activities', 'config', 'observability', 'composition'],
      types: ['ports'],
      why: 'The worker runs what composition put together.',
    },
    {
      room: 'cli',
      may: [
        ...['async', 'contract', 'domain', 'calendar', 'text', 'client', 'config', 'keys', 'report', 'observability'],
        ...['composition', ...ADAPTERS],
      ],
      types: ['ports'],
      why: 'Commands use the client and what composition opens; the records and rows they print come through adapters.',
    },
  ],
];

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

/** The table above, held against itself: a room may name only rooms on its own floor or below. */
for (const [floor, rooms] of FLOORS.entries()) {
  const reachable = new Set(
    FLOORS.slice(0, floor + 1)
      .flat()
      .map(({ room }) => room),
  );
  for (const { room, may = [], types = [] } of rooms) {
    const up = [...may, ...types].find((other) => !reachable.has(other));
    if (up !== undefined) throw new Error(`.dependency-cruiser.cjs lets ${room} import ${up}, which stands above it`);
  }
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
