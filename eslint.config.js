import temporal from 'eslint-plugin-temporal';
import tseslint from 'typescript-eslint';

/** Node built-ins by exact name: a glob would also ban `../domain/…`. */
const builtins = ['assert', 'buffer', 'child_process', 'crypto', 'events', 'fs', 'fs/promises', 'http', 'https', 'net']
  .concat(['os', 'path', 'perf_hooks', 'process', 'stream', 'timers', 'timers/promises', 'tls', 'url', 'util', 'zlib'])
  .map((name) => ({ name, message: 'Replayed code has no Node built-ins.' }));

const temporalRules = [
  'no-activity-definitions-import',
  'no-fs-in-workflow',
  'no-node-or-dom-imports',
  'no-network-in-workflow',
]
  .concat(['no-logger-library-in-workflow', 'no-uuid-library-in-workflow', 'no-top-level-workflow-side-effects'])
  .concat(['no-unsafe-package-imports', 'no-assert-in-production-workflow', 'no-heavy-cpu-in-workflow'])
  .concat([
    'no-swallow-cancellation',
    'no-console',
    'prefer-workflow-uuid',
    'no-continue-as-new-without-state-argument',
  ]);

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', '.journey-metrics/**'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['test', 'it', 'suite', 'describe'], package: 'node:test' },
          ],
        },
      ],
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'no-restricted-syntax': ['error', { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' }],
    },
  },
  {
    files: ['src/workflows/**', 'src/domain/**'],
    plugins: { temporal },
    rules: {
      // The plugin's rules that hold for helper functions beside workflows, too. Left out: no-floating-promises and
      // require-explicit-payload-types (wrong about setHandler), require-activity-timeouts (profiles.ts is under test).
      ...Object.fromEntries(temporalRules.map((rule) => [`temporal/workflow-${rule}`, 'error'])),
      'max-lines': ['error', { max: 150 }],
      'no-restricted-imports': [
        'error',
        { paths: [...builtins, { name: 'zod', allowTypeImports: true }], patterns: ['^node:*'] },
      ],
      'no-restricted-globals': [
        'error',
        'process',
        'fetch',
        'crypto',
        'structuredClone',
        'Intl',
        'Buffer',
        'setImmediate',
        'queueMicrotask',
      ],
    },
  },
  {
    files: ['test/**', 'bench/**'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'error' },
  },
  {
    // The clock and chance come in from outside; the roots hand them over.
    files: ['src/**'],
    ignores: ['src/{worker,cli,gateway}.ts', 'src/{worker,cli,client,workflows}/**', 'src/client.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take `Ambient` or `now` as a parameter.' },
        { object: 'Math', property: 'random', message: 'Take `Ambient` or `random` as a parameter.' },
      ],
    },
  },
  {
    // The environment is read once: roots hand it to `readConfig`, and a `Config` travels on.
    files: ['src/**'],
    ignores: ['src/{worker,cli,gateway}.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
        {
          selector: 'MemberExpression[object.name="process"][property.name="env"]',
          message: 'Only roots read the environment: take a part of `Config` as a parameter.',
        },
        {
          selector: 'TSQualifiedName[left.name="NodeJS"][right.name="ProcessEnv"]',
          message: 'Only roots have an environment: take a part of `Config` as a parameter.',
        },
      ],
    },
  },
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
  // They have no types; those of stack/ are in the .d.mts beside them.
  { files: ['{stack,scripts,test}/**/*.mjs'], rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' } },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  // ESLint wants a default export.
  { files: ['eslint.config.js'], rules: { 'no-restricted-exports': 'off' } },
);
