import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { cli, startCli, type CliProcess } from '../../support/cli/cli.js';

function simulator(t: TestContext, ...options: string[]): CliProcess {
  const running = startCli(['simulator', ...options]);
  t.after(() => running.child.kill('SIGKILL'));
  return running;
}

test('the simulator says when it is ready and where it is, and Ctrl-C stops it with 0', async (t) => {
  const { child, ended, printed } = simulator(t);
  const [, url = ''] = await printed(/^ready: CXone simulator at (http:\S+),.*\n/);
  assert.equal((await fetch(`${url}/api/v2/reporting/analytics`, { method: 'POST' })).status, 401);
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^export CXONE_BASE_URL='${url}'$`, 'm'));
  assert.match(stdout, /^export BI_WEBHOOK_SECRET='whsec_/m);
});

test('the simulator prints one JSON document with --json', async (t) => {
  const { child, ended, printed } = simulator(t, '--json', '--rows', '3');
  await printed(/\n/);
  child.kill('SIGTERM');
  const { code, stdout } = await ended;
  assert.equal(code, 0);
  const { ready, cxone, environment } = JSON.parse(stdout) as {
    ready: boolean;
    cxone: { url: string };
    environment: Record<string, string>;
  };
  assert.equal(ready, true);
  assert.equal(environment['CXONE_BASE_URL'], cxone.url);
});

test('the simulator refuses a fault that it does not know, with 2', async () => {
  const { code, stderr } = await cli(['simulator', '--fault', 'nonsense@1']);
  assert.equal(code, 2);
  assert.match(stderr, /^journey-metrics: .*"nonsense@1" is wrong/);
});

test('the simulator has days that have not settled, as it is told, and refuses an instant that is none', async (t) => {
  const { printed } = simulator(t, '--settled-before', '2026-11-05');
  const [, url = ''] = await printed(/^ready: CXone simulator at (http:\S+),/);
  const { settledBefore, late } = (await (await fetch(`${url}/__admin/data`)).json()) as Record<string, unknown>;
  assert.equal(settledBefore, '2026-11-05');
  assert.ok(Number(late) > 0);
  const { code, stderr } = await cli(['simulator', '--settled-before', 'soon']);
  assert.equal(code, 2);
  assert.match(stderr, /^journey-metrics: .*settledBefore: neither a date nor an instant/);
});
