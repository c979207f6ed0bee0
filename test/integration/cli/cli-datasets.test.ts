import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createFileBlobStore } from '../../../src/datasets/blobs/file-blob-store.js';
import { refOf } from '../../support/pages/blob-store-contract.js';
import { cli, closedAddress, type CliEnd } from '../../support/cli/cli.js';
import { anEntry, aRun, openFor, PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords();
const DAY_MS = 86_400_000;
const [OPEN, SETTLED, YOUNG, UNKNOWN] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(32)) as [
  string,
  string,
  string,
  string,
];

interface Rig {
  readonly env: Record<string, string>;
  readonly run: (...args: readonly string[]) => Promise<CliEnd>;
  /** Run keys that have files. */
  readonly kept: () => readonly string[];
}

/** Four runs' rows: of an open one, of a finished one, of a young finished one, of one without a record. */
async function aStore(t: TestContext): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'cli-datasets-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const url = await postgres.database();
  const { runs, audit } = await openFor(t, url);
  for (const runKey of [OPEN, SETTLED, YOUNG])
    await runs.open(aRun({ runKey, workflowId: `journey-${runKey[0] ?? ''}` }), PATIENCE);
  for (const runKey of [SETTLED, YOUNG]) await audit.append(runKey, anEntry({ runKey }), PATIENCE);
  const store = createFileBlobStore(folder);
  for (const runKey of [OPEN, SETTLED, YOUNG, UNKNOWN]) {
    const bytes = Buffer.from(`rows of ${runKey}`);
    const ref = refOf(`runs/${runKey}`, bytes);
    await store.put(ref, bytes, PATIENCE);
    const at = new Date(Date.now() - (runKey === YOUNG ? 1.5 * DAY_MS : 40 * DAY_MS));
    utimesSync(join(folder, 'runs', runKey, 'blobs', ref.sha256), at, at);
  }
  const env = { DATABASE_URL: url, DATASET_URL: pathToFileURL(folder).href };
  return {
    env,
    run: (...args) => cli(['datasets', ...args], env),
    kept: () => readdirSync(join(folder, 'runs')).sort(),
  };
}

test('lists what is kept: of whom, how large, needed or not, and until when', async (t) => {
  const { run } = await aStore(t);
  const [table, json] = await Promise.all([run('list'), run('list', '--json')]);
  assert.match(table.stdout, /^SCOPE +KIND +SIZE +WRITTEN +STATE +GOES +RUN\n/);
  assert.match(table.stdout, new RegExp(`runs/${OPEN} +run +40 B +40 d ago +open +after its run +journey-a\n`));
  assert.match(table.stdout, new RegExp(`runs/${SETTLED} +run +40 B +40 d ago +settled +now +journey-b\n`));
  assert.match(table.stdout, new RegExp(`runs/${YOUNG} +run +40 B +1 d ago +settled +in 28 d +journey-c\n`));
  const listed = JSON.parse(json.stdout) as Record<string, unknown>[];
  assert.deepEqual(
    listed.map(({ scope, kind, state, bytes, neededBy }) => [scope, kind, state, bytes, neededBy]).sort(),
    [
      [`runs/${OPEN}`, 'run', 'open', 40, 'journey-a'],
      [`runs/${SETTLED}`, 'run', 'settled', 40, null],
      [`runs/${YOUNG}`, 'run', 'settled', 40, null],
      [`runs/${UNKNOWN}`, 'run', 'unknown', 40, null],
    ],
  );
  assert.equal(listed.at(-1)?.['scope'], `runs/${YOUNG}`, 'oldest first');
  assert.deepEqual(listed.map(({ expiresAt }) => expiresAt === null).filter(Boolean), [true]);
});

test('gc deletes what is old and not needed; --dry-run only says so', async (t) => {
  const { run, kept } = await aStore(t);
  const dry = JSON.parse((await run('gc', '--dry-run', '--json')).stdout) as { dryRun: boolean; deleted: string[] };
  assert.deepEqual([dry.dryRun, dry.deleted.sort()], [true, [`runs/${SETTLED}`, `runs/${UNKNOWN}`]]);
  assert.deepEqual(kept(), [OPEN, SETTLED, YOUNG, UNKNOWN]);
  const { code, stdout } = await run('gc');
  assert.equal(code, 0);
  assert.match(stdout, /^4 datasets checked, 2 datasets deleted: 80 B\n/);
  assert.deepEqual(kept(), [OPEN, YOUNG]);
  assert.match((await run('gc')).stdout, /^2 datasets looked at, 0 datasets deleted: 0 B\n$/);
});

test('DATASET_RETENTION decides how old', async (t) => {
  const { env, kept } = await aStore(t);
  await cli(['datasets', 'gc'], { ...env, DATASET_RETENTION: '60 days' });
  assert.deepEqual(kept(), [OPEN, SETTLED, YOUNG, UNKNOWN]);
  await cli(['datasets', 'gc'], { ...env, DATASET_RETENTION: '12 hours' });
  assert.deepEqual(kept(), [OPEN]);
});

test('gc deletes nothing where Postgres cannot be asked, or has the records of another store', async (t) => {
  const { env, kept } = await aStore(t);
  const away = await cli(['datasets', 'gc', '--json'], {
    ...env,
    DATABASE_URL: `postgres://x@${await closedAddress()}/x`,
  });
  assert.equal(away.code, 1);
  assert.equal((JSON.parse(away.stdout) as { error: { type: string } }).error.type, 'RecordsUnavailable');
  const other = await cli(['datasets', 'gc'], { ...env, DATABASE_URL: await postgres.database() });
  assert.match(other.stdout, / 0 datasets deleted/);
  const empty = await cli(['datasets', 'gc'], { ...env, DATABASE_URL: await postgres.emptyDatabase() });
  assert.match(empty.stderr, /schema version 0 of \d+: start a worker/);
  assert.deepEqual(kept(), [OPEN, SETTLED, YOUNG, UNKNOWN]);
});
