import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIRECTIONS = '.dependency-cruiser.cjs';
const RUNTIME = '.dependency-cruiser.runtime.cjs';

type Sources = Readonly<Record<string, string>>;

/** Imports that the house allows, one or more of every kind; nothing may be found in them. */
const ALLOWED: Sources = {
  'src/contract/names.ts': "export const TASK_QUEUE = 'a';",
  'src/contract/ids.ts': "import { createHash } from 'node:crypto';\nexport const id = createHash('sha256');",
  'src/contract/request-schema.ts': "import { z } from 'zod';\nexport const schema = z.string();",
  'src/contract/request.ts':
    "import type { schema } from './request-schema.js';\nexport type Request = typeof schema;\nexport const one = 1;",
  'src/domain/rule.ts': "import { TASK_QUEUE } from '../contract/names.js';\nexport const rule = TASK_QUEUE;",
  'src/calendar/zone.ts':
    "import { Zone } from 'luxon';\nimport type { Port } from '../activities/ports.js';\nexport const zone: [Port, typeof Zone] | null = null;",
  'src/activities/ports.ts': 'export type Port = string;',
  'src/activities/plan.ts':
    "import { zone } from '../calendar/zone.js';\nimport { id } from '../contract/ids.js';\nexport const plan = [zone, id];",
  'src/workflows/run.ts':
    "import { sleep } from '@temporalio/workflow';\nimport type { plan } from '../activities/plan.js';\nimport { one } from '../contract/request.js';\nimport { rule } from '../domain/rule.js';\nexport const run: [typeof plan, unknown] = [[], [rule, one, sleep]];",
  'src/cxone/source.ts':
    "import { request } from 'undici';\nimport type { Port } from '../activities/ports.js';\nimport { rule } from '../domain/rule.js';\nexport const source: [Port, unknown] = ['', [rule, request]];",
  'src/records/database.ts': "import { TASK_QUEUE } from '../contract/names.js';\nexport const database = TASK_QUEUE;",
  'src/config.ts': "import { TASK_QUEUE } from './contract/names.js';\nexport const config = TASK_QUEUE;",
  'src/client/start.ts': "import { schema } from '../contract/request-schema.js';\nexport const start = schema;",
  'src/client.ts': "import { start } from './client/start.js';\nexport const client = start;",
  'src/cli/aggregate.ts':
    "import { client } from '../client.js';\nimport { config } from '../config.js';\nexport const aggregate = [client, config];",
  'src/worker/open.ts':
    "import { source } from '../cxone/source.js';\nimport { database } from '../records/database.js';\nimport { plan } from '../activities/plan.js';\nexport const open = [source, database, plan];",
  'src/worker.ts': "import { open } from './worker/open.js';\nvoid open;",
  'src/cli.ts': "import { aggregate } from './cli/aggregate.js';\nvoid aggregate;",
  'simulator/main.ts':
    "import type { Request } from '../src/contract/request.js';\nexport const simulator: Request | null = null;",
  'stack/stack.ts': "import { TASK_QUEUE } from '../src/contract/names.js';\nexport const stack = TASK_QUEUE;",
  'stack/dev.ts':
    "import { simulator } from '../simulator/main.js';\nimport { config } from '../src/config.js';\nimport { stack } from './stack.js';\nvoid [simulator, config, stack];",
};

/** What must not be written: the claim, the file, its text, and who says so. */
const FORBIDDEN: readonly (readonly [claim: string, path: string, text: string, config: string, rule: string])[] = [
  value('the contract imports nothing of the rest', 'contract', '../domain/rule.js', 'contract-imports'),
  value('rules know no calendar', 'domain', '../calendar/zone.js', 'domain-imports'),
  value('rules use no package', 'domain', 'zod', 'workflow-packages'),
  value('workflows use no calendar', 'workflows', '../calendar/zone.js', 'workflows-imports'),
  value('workflows see activities as types only', 'workflows', '../activities/plan.js', 'workflows-imports-types'),
  value('workflows import no Node built-in', 'workflows', 'node:crypto', 'workflow-packages'),
  value('workflows import no zod', 'workflows', 'zod', 'workflow-packages'),
  value('activities import no adapter', 'activities', '../cxone/source.js', 'activities-imports'),
  ...['cxone', 'datasets', 'delivery', 'records'].flatMap((room) => [
    value(`${room} knows no Temporal`, room, '@temporalio/common', 'no-temporal'),
    value(`${room} sees ports as types only`, room, '../activities/ports.js', `${room}-imports-types`),
    value(`${room} knows no activity`, room, '../activities/plan.js', `${room}-imports`),
    value(`${room} knows no configuration`, room, '../config.js', `${room}-imports`),
  ]),
  value('adapters do not know each other', 'datasets', '../cxone/source.js', 'datasets-imports'),
  value('calendars know no Temporal', 'calendar', '@temporalio/common', 'no-temporal'),
  value('the client imports no adapter', 'client', '../records/database.js', 'client-imports'),
  value('the client imports no workflow', 'client', '../workflows/run.js', 'client-imports'),
  value('the command line imports no workflow', 'cli', '../workflows/run.js', 'cli-imports'),
  value('the command line imports no activity', 'cli', '../activities/plan.js', 'cli-imports'),
  value('nobody imports the worker', 'cli', '../worker.js', 'no-root-from-cli'),
  value('only the command line imports the client', 'worker', '../client.js', 'roots-are-not-imported'),
  value('the worker does not import workflows', 'worker', '../workflows/run.js', 'worker-imports'),
  value('production uses no development package', 'worker', 'fast-check', 'no-dev-dependencies'),
  value('packages are declared', 'worker', 'webpack', 'no-undeclared-packages'),
  value('imports lead somewhere', 'worker', './nowhere.js', 'no-unresolvable'),
  [
    'the simulator takes types alone',
    'simulator/bad.ts',
    "import { rule } from '../src/domain/rule.js';\nexport const bad = rule;",
    DIRECTIONS,
    'simulator-imports-types',
  ],
  [
    'the stack takes the contract alone',
    'stack/bad.ts',
    "import { config } from '../src/config.js';\nexport const bad = config;",
    DIRECTIONS,
    'stack-imports-types',
  ],
  [
    'dev knows no adapter',
    'stack/demo.ts',
    "import { source } from '../src/cxone/source.js';\nvoid source;",
    DIRECTIONS,
    'stack-roots',
  ],
  ['nothing is left over', 'src/domain/alone.ts', 'export const alone = 1;', DIRECTIONS, 'no-orphans'],
  runtime('ids stay out of the bundle, also behind another file', "'./ids.js'", 'workflow-bundle'),
  runtime('schemas stay out of the bundle, also behind another file', "'./request-schema.js'", 'workflow-bundle'),
];

function value(
  claim: string,
  room: string,
  specifier: string,
  rule: string,
): readonly [string, string, string, string, string] {
  const path = `src/${room}/bad-${rule}-${specifier.replaceAll(/\W+/g, '-')}.ts`;
  return [claim, path, `import * as found from '${specifier}';\nexport const bad = found;`, DIRECTIONS, rule];
}

/** A contract file, harmless by itself, through which a workflow reaches what it must not. */
function runtime(claim: string, specifier: string, rule: string): readonly [string, string, string, string, string] {
  const name = specifier.replaceAll(/\W+/g, '-');
  const path = `src/workflows/bad${name}.ts`;
  return [claim, path, `import * as found from '../contract/via${name}.js';\nexport const bad = found;`, RUNTIME, rule];
}

/** What the runtime cases go through, and a circle. */
const THROUGH: Sources = {
  'src/contract/via-ids-js-.ts': "export * from './ids.js';",
  'src/contract/via-request-schema-js-.ts': "export * from './request-schema.js';",
  'src/domain/chicken.ts': "import { egg } from './egg.js';\nexport const chicken = (): unknown => egg;",
  'src/domain/egg.ts': "import { chicken } from './chicken.js';\nexport const egg = (): unknown => chicken;",
};

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

async function checkout(sources: Sources): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-house-'));
  for (const file of [DIRECTIONS, RUNTIME, 'package.json', 'tsconfig.json'])
    await cp(join(ROOT, file), join(folder, file));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, text] of Object.entries(sources)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\n`);
  }
  return folder;
}

async function violations(folder: string, config: string): Promise<readonly Violation[]> {
  const cruiser = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cruiser, '--config', config, '--output-type', 'json', 'src', 'simulator', 'stack'];
  const { promise, resolve, reject } = deferred<string>();
  execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) => {
    if (stdout === '') reject(new Error(`dependency-cruiser printed nothing: ${stderr}`));
    else resolve(stdout);
  });
  const { summary } = JSON.parse(await promise) as { summary: { violations: Violation[]; totalCruised: number } };
  assert.ok(summary.totalCruised > 10, 'it looked at the files');
  return summary.violations;
}
