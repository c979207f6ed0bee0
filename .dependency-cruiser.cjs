/**
 * Who may import whom, as docs/architecture.md says it: imports as written, types included.
 * What only run time can show (what a bundle would drag in) is in .dependency-cruiser.runtime.cjs.
 */

const PORTS = 'src/activities/ports(/|[.]ts$)';
/** What the gateway needs of adapters; they implement it. */
const GATEWAY_PORTS = 'src/gateway/ports[.]ts$';
const ADAPTERS = ['cxone', 'datasets', 'delivery', 'records'];

/**
 * A room, what it may import beside itself, and what of others it may see as types. Patterns start at the root.
 * @type {{ name: string, room: string, may?: string[], types?: string[] }[]}
 */
const ROOMS = [
  { name: 'contract', room: 'src/contract/' },
  { name: 'domain', room: 'src/domain/', may: ['src/contract/'] },
  { name: 'pages', room: 'src/pages/', may: ['src/contract/', 'src/domain/'] },
  { name: 'calendar', room: 'src/calendar/', may: ['src/contract/'], types: [PORTS] },
  {
    name: 'workflows',
    room: 'src/workflows/',
    may: ['src/contract/', 'src/domain/'],
    types: ['src/activities/'],
  },
  {
    name: 'activities',
    room: 'src/activities/',
    may: ['src/contract/', 'src/domain/', 'src/calendar/'],
    types: ['src/pages/'],
  },
  ...ADAPTERS.map((adapter) => ({
    name: adapter,
    room: `src/${adapter}/`,
    may: ['src/contract/', 'src/domain/', 'src/pages/'],
    types: [PORTS, GATEWAY_PORTS],
  })),
  { name: 'log', room: 'src/log[.]ts$' },
  {
    name: 'config',
    room: 'src/config(/|[.]ts$)',
    may: [
      'src/contract/',
      'src/cxone/base-url[.]ts$',
      'src/delivery/(destination-url|webhook-secret)[.]ts$',
      'src/datasets/open-dataset-url[.]ts$',
    ],
    types: [PORTS, 'src/delivery/'],
  },
  {
    name: 'client',
    room: 'src/client(/|[.]ts$)',
    may: ['src/contract/', 'src/calendar/', 'src/domain/'],
    types: [PORTS],
  },
  {
    name: 'report',
    room: 'src/report/',
    // How numbers and times are written is the same for a terminal and a page.
    may: ['src/(contract|domain|calendar)/', 'src/client/error[.]ts$', 'src/cli/(number|time|bytes)-text[.]ts$'],
    types: ['src/client/', 'src/datasets/', 'src/records/'],
  },
  {
    name: 'gateway',
    room: 'src/gateway/',
    may: ['src/(contract|calendar|domain|client|config)/', 'src/(client|config|log)[.]ts$'],
    types: [PORTS, 'src/records/audit-log[.]ts$', 'src/report/render-runs[.]ts$'],
  },
  {
    name: 'gateway-root',
    room: 'src/gateway[.]ts$',
    may: [
      'src/(contract|client|config|datasets|gateway|records|report)/',
      'src/(client|config|log|failure-sentence)[.]ts$',
      'src/cli/learn-secrets[.]ts$',
    ],
  },
  {
    name: 'worker',
    room: 'src/worker(/|[.]ts$)',
    may: [
      'src/(contract|domain|activities|config)/',
      `src/(${ADAPTERS.join('|')})/`,
      'src/(config|log|failure-sentence)[.]ts$',
    ],
  },
  {
    name: 'cli',
    room: 'src/cli(/|[.]ts$)',
    may: [
      'src/(contract|domain|calendar|client|config|report)/',
      `src/(${ADAPTERS.join('|')})/`,
      'src/(client|config|log|failure-sentence)[.]ts$',
      'src/worker/(search-attributes|run-directory)[.]ts$',
      'src/gateway/(api-key|key-lines|principal)[.]ts$', // the key file, which a command writes
      'simulator/main[.]ts$',
      'simulator/invalid-option[.]ts$',
    ],
    types: [PORTS, 'src/worker/', 'simulator/'],
  },
  { name: 'simulator', room: 'simulator/', types: ['src/'] },
  { name: 'stack', room: 'stack/', may: ['src/contract/'], types: ['src/', 'simulator/'] },
  // It judges the product, so it shares nothing with it: what it knows of journals and tables it has read for itself.
  { name: 'auditor', room: 'auditor/' },
];

/** The commands of stack/ that put the whole product together: roots too. */
const STACK_ROOTS = '^stack/(dev|demo|product|worker-process|gateway-process)[.]ts$';

const OURS = '^(src|simulator|stack|auditor|chaos|scripts|test|bench)/';
const atRoot = (pattern) => `^${pattern}`;

/** Two rules a room: what it may import at all, and what of that by `import type` only. */
function directionsOf({ name, room, may = [], types = [] }) {
  const from = { path: atRoot(room), ...(name === 'stack' && { pathNot: STACK_ROOTS }) };
  const known = [room, ...may, ...types].map(atRoot);
  const rules = [
    {
      name: `${name}-imports`,
      comment: `${name} may import nothing but ${[...may, ...types.map((type) => `${type} (types)`)].join(', ') || 'itself'}.`,
      severity: 'error',
      from,
      to: { path: OURS, pathNot: known },
    },
  ];
  if (types.length === 0) return rules;
  return rules.concat({
    name: `${name}-imports-types`,
    comment: `${name} sees ${types.join(', ')} by \`import type\` only.`,
    severity: 'error',
    from,
    to: { path: types.map(atRoot), pathNot: [room, ...may].map(atRoot), dependencyTypesNot: ['type-only'] },
  });
}

const TEMPORAL = 'node_modules/@temporalio/';

module.exports = {
  forbidden: [
    ...ROOMS.flatMap(directionsOf),
    {
      name: 'roots-are-not-imported',
      comment: 'A root wires and starts.',
      severity: 'error',
      from: {},
      to: { path: '^src/(worker|gateway|cli)[.]ts$' },
    },
    {
      name: 'client-is-for-programs',
      comment:
        'The public client is used as any other program would use it: by the command line, the gateway, the demo, chaos runs and tests.',
      severity: 'error',
      from: { pathNot: ['^src/(cli|gateway)(/|[.]ts$)', '^(chaos|test)/', STACK_ROOTS] },
      to: { path: '^src/client[.]ts$' },
    },
    {
      name: 'stack-roots',
      comment:
        'dev and demo start the product: they know how it is configured, used and reported, not its inner parts.',
      severity: 'error',
      from: { path: STACK_ROOTS },
      to: {
        path: OURS,
        pathNot: [
          '^stack/',
          '^simulator/',
          '^src/(contract|cli|config)/',
          '^src/(client|config|log|failure-sentence)[.]ts$',
          '^src/records/open-records[.]ts$', // the demo verifies the audit trail
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'workflow-packages',
      comment: 'Replayed code has Temporal and nothing else: no Node built-ins, no other package.',
      severity: 'error',
      from: { path: '^src/(workflows|domain)/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
        pathNot: `${TEMPORAL}(workflow|common)/`,
      },
    },
    {
      name: 'no-temporal',
      comment: 'Adapters, records, rules and calendars work without Temporal; activities/failures.ts translates.',
      severity: 'error',
      from: { path: `^src/(domain|calendar|${ADAPTERS.join('|')})/` },
      to: { path: TEMPORAL },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports it and it imports nothing: it is left over.',
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
      comment: 'It is there by accident, as a dependency of a dependency.',
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
