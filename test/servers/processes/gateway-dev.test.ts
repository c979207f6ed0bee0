import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { choosePort } from '../../../stack/home/ports.js';
import { send } from '../../support/gateway/gateway.js';
import { cleanUp, newFolder, newHome, squat } from '../../support/stack-rig.js';
import { until } from '../../support/until.js';

const DEV = fileURLToPath(new URL('../../../stack/dev.ts', import.meta.url));
const DEMO = fileURLToPath(new URL('../../../stack/demo.ts', import.meta.url));

after(cleanUp);

test('dev behind a dead proxy brings a gateway, on another port when its own is taken, and says where it is', async (t) => {
  const home = await newHome();
  const taken = await squat();
  t.after(taken.leave);
  const { PATH, HOME } = process.env;
  // As where a proxy is set for everything: what runs on this machine is never reached through it.
  const dead = 'http://127.0.0.1:9';
  const proxies = { HTTP_PROXY: dead, http_proxy: dead, HTTPS_PROXY: dead, https_proxy: dead, grpc_proxy: dead };
  const place = { JOURNEY_METRICS_HOME: home, GATEWAY_PORT: String(taken.port) };
  const env = { PATH, HOME, ...place, ...proxies, LOG_LEVEL: 'warn' };
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

interface Spawned {
  readonly said: () => string;
  readonly until: (pattern: RegExp) => Promise<string>;
  readonly kill: (signal: NodeJS.Signals) => boolean;
  readonly exited: Promise<unknown[]>;
}

function spawnProgram(t: TestContext, entry: string, change: NodeJS.ProcessEnv): Spawned {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', entry], { env: { PATH, HOME, ...change }, detached: true });
  t.after(() => child.kill('SIGKILL'));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more));
  const said = (): string => text;
  return {
    said,
    until: (pattern) => until(String(pattern), said, (all) => pattern.test(all), 120_000),
    kill: (signal) => child.kill(signal),
    exited: once(child, 'close'),
  };
}

test('two devs that start at once on two homes both come up, each with a gateway of its own', async (t) => {
  const port = String(await choosePort([]));
  const homes = [await newHome(), await newHome()];
  const devs = homes.map((home) =>
    spawnProgram(t, DEV, { JOURNEY_METRICS_HOME: home, GATEWAY_PORT: port, LOG_LEVEL: 'warn' }),
  );
  await Promise.all(devs.map((dev) => dev.until(/^ready: /m)));
  const urls = devs.map((dev) => /gateway at (\S+)\)/.exec(dev.said())?.[1] ?? '');
  assert.equal(new Set(urls).size, 2, urls.join());
  for (const url of urls) assert.equal((await send(url, 'GET', '/readyz')).status, 200, url);
  for (const dev of devs) dev.kill('SIGTERM');
  for (const dev of devs) assert.deepEqual(await dev.exited, [0, null], dev.said());
});

test('a demo that is interrupted while its servers start leaves no folder behind', async (t) => {
  const TMPDIR = await newFolder();
  const demo = spawnProgram(t, DEMO, { TMPDIR });
  await demo.until(/starting Temporal and Postgres/);
  assert.equal((await readdir(TMPDIR)).filter((name) => name.startsWith('journey-metrics-demo-')).length, 1);
  demo.kill('SIGINT');
  await demo.exited;
  assert.deepEqual(
    (await readdir(TMPDIR)).filter((name) => name.startsWith('journey-metrics-demo-')),
    [],
    demo.said(),
  );
});
