import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { cli, type CliEnd } from '../../support/cli/cli.js';
import { execute } from '../../support/records/postgres.js';
import { anEntry, openFor, PATIENCE, postgresWithRecords } from '../../support/records/records.js';

const postgres = postgresWithRecords();

interface Trail {
  readonly url: string;
  readonly folder: string;
  readonly run: (...args: readonly string[]) => Promise<CliEnd>;
}

/** Three entries, of two organisations. */
async function aTrail(t: TestContext): Promise<Trail> {
  const url = await postgres.database();
  const { audit } = await openFor(t, url);
  for (const [index, org] of ['acme', 'other', 'acme'].entries()) {
    await audit.append(`effect-${index}`, anEntry({ org, workflowId: `journey-${index + 1}` }), PATIENCE);
  }
  const folder = mkdtempSync(join(tmpdir(), 'cli-audit-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return { url, folder, run: (...args) => cli(['audit', ...args], { DATABASE_URL: url }) };
}

async function tamper(url: string, statement: string): Promise<void> {
  await execute(url, 'ALTER TABLE audit DISABLE TRIGGER audit_append_only');
  await execute(url, statement);
}

test('lists entries, newest first, as a table and as an array', async (t) => {
  const { run } = await aTrail(t);
  const [table, all, some] = await Promise.all([
    run('list'),
    run('list', '--json'),
    run('list', '--json', '--org', 'acme', '--limit', '1'),
  ]);
  assert.match(table.stdout, /^NO +RUN .*\n *3 +journey-3 +completed .* run /);
  const listed = (end: CliEnd): unknown[] =>
    (JSON.parse(end.stdout) as Record<string, unknown>[]).map(({ workflowId, kind, outcome, startedAt }) => [
      workflowId,
      kind,
      outcome,
      startedAt,
    ]);
  const startedAt = '2026-11-09T05:57:59.000Z';
  const line = (number: number): unknown[] => [`journey-${number}`, 'run', 'completed', startedAt];
  assert.deepEqual(listed(all), [line(3), line(2), line(1)]);
  assert.deepEqual(listed(some), [line(3)]);
});

test('verifies a trail, names the first bad entry of a broken one, and exits with 1', async (t) => {
  const { url, run } = await aTrail(t);
  const whole = await run('verify');
  assert.deepEqual([whole.code, whole.stderr], [0, '']);
  assert.match(whole.stdout, /intact: 3 entries, head [0-9a-f]{64}\n$/);
  await tamper(url, `UPDATE audit SET requester = 'nobody' WHERE seq = 2`);
  const [broken, document] = await Promise.all([run('verify'), run('verify', '--json')]);
  assert.deepEqual([broken.code, document.code], [1, 1]);
  assert.match(broken.stdout, /broken at entry 2: the column requester/);
  const { ok, seq } = JSON.parse(document.stdout) as { ok: boolean; seq: number };
  assert.deepEqual({ ok, seq }, { ok: false, seq: 2 });
});

test('finds by a saved checkpoint that the end was cut off', async (t) => {
  const { url, folder, run } = await aTrail(t);
  const checkpoint = join(folder, 'checkpoint.json');
  assert.equal((await run('checkpoint', '--out', checkpoint)).code, 0);
  assert.equal((await run('verify', '--checkpoint', checkpoint)).code, 0);
  await tamper(url, 'DELETE FROM audit WHERE seq = 3');
  assert.equal((await run('verify')).code, 0, 'nobody sees it without');
  const cut = await run('verify', '--checkpoint', checkpoint);
  assert.equal(cut.code, 1);
  assert.match(cut.stdout, /entry 3: the trail is cut off/);
});

test('exports the trail as lines of JSON, the same to stdout and into a file', async (t) => {
  const { folder, run } = await aTrail(t);
  const file = join(folder, 'audit.ndjson');
  const [printed, written] = await Promise.all([run('export'), run('export', '--out', file)]);
  assert.deepEqual([printed.code, written.code], [0, 0]);
  assert.equal(readFileSync(file, 'utf8'), printed.stdout);
  const lines = printed.stdout.trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { entry: { seq: number } }).entry.seq),
    [1, 2, 3],
  );
});

test('leaves a file as it was when the export does not come to its end', async (t) => {
  const { url, folder, run } = await aTrail(t);
  const file = join(folder, 'audit.ndjson');
  writeFileSync(file, 'the last one');
  await tamper(url, `UPDATE audit SET entry = 'no JSON' WHERE seq = 3`);
  const end = await run('export', '--out', file);
  assert.equal(end.code, 1);
  assert.match(end.stderr, /^journey-metrics: audit entry 3 is no longer readable/);
  assert.deepEqual([readFileSync(file, 'utf8'), readdirSync(folder)], ['the last one', ['audit.ndjson']]);
});

test('says where it cannot write', async (t) => {
  const { folder, run } = await aTrail(t);
  const end = await run('checkpoint', '--out', join(folder, 'no such folder', 'checkpoint.json'));
  assert.equal(end.code, 2);
  assert.match(end.stderr, /^journey-metrics: the file .*checkpoint\.json cannot be written \(ENOENT\)/);
});

test('changes nothing in a database that no worker has seen', async () => {
  const url = await postgres.emptyDatabase();
  const end = await cli(['audit', 'list'], { DATABASE_URL: url });
  assert.equal(end.code, 1);
  assert.match(end.stderr, /has no audit trail yet: the first worker creates it/);
  assert.deepEqual(await execute(url, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`), []);
});
