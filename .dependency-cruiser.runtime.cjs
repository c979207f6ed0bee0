/** What is loaded when something is loaded: the imports that are left once the types are gone. */

const WORKFLOWS = '^src/workflows/';

module.exports = {
  forbidden: [
    {
      name: 'workflow-bundle',
      comment: 'It would be bundled into replayed code, where it costs memory a run or does not work at all.',
      severity: 'error',
      from: { path: WORKFLOWS },
      to: {
        path: [
          '^src/(?!workflows/|domain/|contract/)',
          '^src/contract/(ids|canonical-json|duration|[a-z]+/[a-z-]+-(schema|document))[.]ts$',
          '^(simulator|stack)/',
          // Zod, Node built-ins by either name, and everything else that is installed.
          '^(node:)?[a-z_]+(/promises)?$',
          'node_modules/(?!@temporalio/(workflow|common)/)',
        ],
        reachable: true,
      },
    },
    {
      name: 'no-workflows-in-clients',
      comment: 'Programs that start runs never load workflow code; the worker hands it to the SDK by its path.',
      severity: 'error',
      from: { path: '^src/(client|cli|gateway|worker|config|composition)(/|[.]ts$)' },
      to: { path: WORKFLOWS, reachable: true },
    },
    {
      name: 'client-is-light',
      comment:
        'A program that embeds the client loads neither the worker with its native part, nor adapters, nor Postgres.',
      severity: 'error',
      from: { path: '^src/client(/|[.]ts$)' },
      to: {
        path: [
          '^src/(activities|composition|worker|sources|destinations|datasets|records)/',
          'node_modules/(@temporalio/(worker|activity)|pg|undici|pino|commander)/',
        ],
        reachable: true,
      },
    },
    {
      name: 'no-circular',
      comment: 'Neither can be loaded, tested or understood without the other.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: false,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
