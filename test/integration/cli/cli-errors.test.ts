import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { cli, cliProcess, closedAddress, type CliEnd } from '../../support/cli/cli.js';

const folder = mkdtempSync(join(tmpdir(), 'cli-errors-'));
after(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const GOOD = file(
  'good.json',
  JSON.stringify({ org: 'acme', query: { metric: ['journeyStarted'], dateFrom: '2026-11-01', dateTo: '2026-11-08' } }),
);

/** One sentence or a few lines, for a person: that names the thing, and is no stack. */
function assertSaid({ stderr }: CliEnd, said: RegExp): void {
  assert.match(stderr, /^journey-metrics: /);
  assert.match(stderr, said);
  assert.doesNotMatch(stderr, /^\s+at |node:internal|\.ts:\d/m);
}

function errorIn({ stdout }: CliEnd): { type: string; message: string; details: { problems: { path: string }[] }[] } {
  const document = JSON.parse(stdout) as { error: ReturnType<typeof errorIn> };
  assert.deepEqual(Object.keys(document), ['error']);
  assert.deepEqual(Object.keys(document.error), ['type', 'message', 'details']);
  return document.error;
}

suite('the command line says what is wrong', { concurrency: 2 }, () => {
  test('refuses an unknown option, and suggests the one that was meant', async () => {
    const end = await cli(['aggregate', '--query', GOOD, '--jsn']);
    assert.equal(end.code, 2);
    assertSaid(end, /unknown option '--jsn'\n\(Did you mean --json\?\)/);
    assert.equal(end.stdout, '');
  });

  test('refuses an unknown command, a missing option and a bad value with 2', async () => {
    const ends = await Promise.all([
      cli(['agregate']),
      cli(['aggregate']),
      cli(['aggregate', '--query', GOOD, '--timeout', 'soon']),
      cli(['runs', 'list', '--limit', '0']),
    ]);
    assert.deepEqual(
      ends.map(({ code }) => code),
      [2, 2, 2, 2],
    );
    const said = [/Did you mean aggregate/, /required option '-q, --query/, /duration like 90s/, /whole number from 1/];
    ends.forEach((end, index) => {
      assertSaid(end, said[index] ?? /never/);
    });
  });

  test('prints one JSON document for wrong usage too', async () => {
    const end = await cliProcess(['aggregate', '--query', GOOD, '--json', '--nonsense']);
    assert.equal(end.code, 2);
    assert.equal(errorIn(end).type, 'InvalidUsage');
  });

  test('names the file that is not there', async () => {
    const end = await cli(['aggregate', '--query', join(folder, 'nowhere.json')]);
    assert.equal(end.code, 2);
    assertSaid(end, /nowhere\.json cannot be read \(ENOENT\)/);
  });

  test('refuses what is no JSON, from a file and from stdin', async () => {
    const ends = await Promise.all([
      cli(['aggregate', '--query', file('broken.json', '{"query":')]),
      cliProcess(['aggregate', '--query', '-', '--json'], {}, 'not JSON'),
    ]);
    assert.deepEqual(
      ends.map(({ code }) => code),
      [2, 2],
    );
    assertSaid(ends[0], /broken\.json is not JSON/);
    assert.equal(errorIn(ends[1]).type, 'InvalidRequest');
  });

  test('lists every problem of a bad request, before it looks for Temporal', async () => {
    const bad = JSON.stringify({ org: 'acme', query: { metric: ['a', 'a'], dateFrom: '2026-11-01' }, extra: 1 });
    const end = await cli(['aggregate', '--query', '-', '--json'], { TEMPORAL_ADDRESS: await closedAddress() }, bad);
    assert.equal(end.code, 2);
    const { type, details } = errorIn(end);
    assert.equal(type, 'InvalidRequest');
    assert.deepEqual(details[0]?.problems.map(({ path }) => path).sort(), ['', 'query.dateTo', 'query.metric']);
    assertSaid(end, /the request is not valid:\n {2}.*\n {2}/);
  });

  test('refuses a number that would be rounded and bytes that are no UTF-8, in each file that it reads', async () => {
    const rounded = file(
      'rounded.json',
      '{"org":"acme","query":{"metric":["journeyStarted"],"filter":{"accountId":9007199254740993}}}',
    );
    const latin = join(folder, 'latin.json');
    writeFileSync(latin, Buffer.from('{"org":"acme","query":{"metric":["Ger\xe4t"]}}', 'latin1'));
    const range = ['--from', '2026-11-01', '--to', '2026-11-08'];
    for (const command of [
      ['aggregate', '--query'],
      ['schedules', 'create', 'nightly', '--query'],
      ['backfill', 'start', ...range, '--query'],
    ]) {
      const digits = await cli([...command, rounded], { TEMPORAL_ADDRESS: await closedAddress() });
      assert.equal(digits.code, 2, command.join(' '));
      assertSaid(digits, /query\.filter\.accountId.* 9007199254740993 has more digits .*write it as text/);
      const bytes = await cli([...command, latin], { TEMPORAL_ADDRESS: await closedAddress() });
      assert.equal(bytes.code, 2, command.join(' '));
      assertSaid(bytes, /is not UTF-8/);
    }
  });

  test('asks for the organisation where nothing names one, and takes the one of --org', async () => {
    const flat = JSON.stringify({ metric: ['journeyStarted'], dateFrom: '2026-11-01', dateTo: '2026-11-08' });
    const env = { TEMPORAL_ADDRESS: await closedAddress() };
    const [without, given] = await Promise.all([
      cli(['aggregate', '--query', '-'], env, flat),
      cli(['aggregate', '--query', '-', '--org', 'Not A Label'], env, flat),
    ]);
    assert.equal(without.code, 2);
    assertSaid(without, /org: name the organisation, or set CXONE_ORG_ID/);
    assert.equal(given.code, 2);
    assertSaid(given, /org: must be one DNS label/);
  });

  test('names the address where no Temporal answers, and what to do', async () => {
    const address = await closedAddress();
    const end = await cliProcess(['aggregate', '--query', GOOD, '--json'], { TEMPORAL_ADDRESS: address });
    assert.equal(end.code, 1);
    assert.equal(errorIn(end).type, 'TemporalUnavailable');
    assertSaid(end, new RegExp(`Temporal at ${address} does not answer: start it .*npm run dev.*TEMPORAL_ADDRESS`));
  });

  test('says what to set where nothing says where Temporal or Postgres are', async () => {
    const [runs, audit] = await Promise.all([cli(['runs', 'list']), cli(['audit', 'list', '--json'])]);
    assert.equal(runs.code, 2);
    assertSaid(runs, /TEMPORAL_ADDRESS is not set, and `npm run dev`/);
    assert.equal(audit.code, 2);
    assert.equal(errorIn(audit).type, 'InvalidConfiguration');
    assertSaid(audit, /DATABASE_URL is not set/);
  });

  test('names Postgres where it does not answer, and keeps the password to itself', async () => {
    const address = await closedAddress();
    const end = await cli(['audit', 'verify'], {
      DATABASE_URL: `postgres://journey:canary-password@${address}/records`,
    });
    assert.equal(end.code, 1);
    assertSaid(end, new RegExp(`Postgres at ${address}/records refuses connections`));
    assert.doesNotMatch(end.stderr, /canary/);
  });

  test('refuses a database URL and a Temporal configuration that cannot be read', async () => {
    const [database, temporal] = await Promise.all([
      cli(['audit', 'list'], { DATABASE_URL: 'mysql://root:canary-password@host/db' }),
      cli(['runs', 'list'], { TEMPORAL_CONFIG_FILE: file('temporal.toml', 'this is [no toml') }),
    ]);
    assert.equal(database.code, 2);
    assertSaid(database, /DATABASE_URL is not a Postgres URL/);
    assert.doesNotMatch(database.stderr, /canary/);
    assert.equal(temporal.code, 2);
    assertSaid(temporal, /TEMPORAL_\*/);
  });

  test('refuses a file that is no checkpoint, and one that cannot be written', async () => {
    const end = await cli(['audit', 'verify', '--checkpoint', GOOD], { DATABASE_URL: 'postgres://127.0.0.1:1/none' });
    assert.equal(end.code, 2);
    assertSaid(end, /good\.json is not a checkpoint/);
  });

  test('examines everything although nothing is there, and fails with what to do', async () => {
    const address = await closedAddress();
    const end = await cli(['doctor', '--json'], {
      TEMPORAL_ADDRESS: address,
      DATABASE_URL: `postgres://journey:canary-password@${address}/records`,
      CXONE_ORG_ID: 'acme',
      CXONE_CLIENT_ID: 'client',
      CXONE_CLIENT_SECRET: 'canary-secret',
      CXONE_BASE_URL: `http://${address}`,
      BI_WEBHOOK_URL: 'https://canary-host.invalid/hook',
    });
    assert.equal(end.code, 1);
    const { healthy, checks } = JSON.parse(end.stdout) as {
      healthy: boolean;
      checks: { name: string; status: string }[];
    };
    assert.equal(healthy, false);
    const failed = checks.filter(({ status }) => status === 'fail').map(({ name }) => name);
    assert.deepEqual(failed, ['Temporal', 'Postgres', 'CXone', 'destination bi']);
    assert.doesNotMatch(end.stdout + end.stderr, /canary-(secret|password)/);
  });
});

suite('the command line helps', { concurrency: 2 }, () => {
  test('on stdout, with 0, as a process of its own', async () => {
    const end = await cliProcess(['runs', 'redeliver', '--help']);
    assert.deepEqual([end.code, end.stderr], [0, '']);
    assert.match(end.stdout, /^Usage: journey-metrics runs redeliver /);
  });

  test('prints the version', async () => {
    assert.match((await cli(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
