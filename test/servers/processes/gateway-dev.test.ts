import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { send } from '../../support/gateway/gateway.js';
import { cleanUp, newHome, squat } from '../../support/stack-rig.js';
import { until } from '../../support/until.js';

const DEV = fileURLToPath(new URL('../../../stack/dev.ts', import.meta.url));

after(cleanUp);

test('dev brings a gateway, on another port when its own is taken, and says where it is', async (t) => {
  const home = await newHome();
  const taken = await squat();
  t.after(taken.leave);
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, JOURNEY_METRICS_HOME: home, GATEWAY_PORT: String(taken.port), LOG_LEVEL: 'warn' };
  const dev = spawn(process.execPath, ['--import', 'tsx', DEV], { env, detached: true });
  t.after(() => dev.kill('SIGKILL'));
  let said = '';
  dev.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  dev.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const exited = once(dev, 'close');
  await until(
    'it to be ready',
    () => said,
    (text) => /^ready: /m.test(text),
    120_000,
  );

  const stack = JSON.parse(await readFile(join(home, 'stack.json'), 'utf8')) as { gateway: { url: string } };
  const { url } = stack.gateway;
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.notEqual(new URL(url).port, String(taken.port));
  assert.match(said, new RegExp(`^ready: .*gateway at ${url}`, 'm'));
  assert.equal((await send(url, 'GET', '/readyz')).status, 200);
  const body = { metric: ['journeyCompletionRate'], dateFrom: '2026-11-01', dateTo: '2026-11-02' };
  const answer = await send(url, 'POST', '/aggregate', { body, headers: { prefer: 'wait=60' } });
  assert.equal((answer.json as { status: string }).status, 'success', answer.text);

  dev.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null], said);
});
