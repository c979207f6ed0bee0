import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { findTemporal } from '../../../stack/servers/temporal-binary.js';
import { cli } from '../../support/cli/cli.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { workerExit } from '../../support/worker-exit.js';

/** A port that nobody listens on any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One sentence, no stack, no secret. */
function isSentence(said: string, names: RegExp): void {
  assert.match(said, names);
  assert.doesNotMatch(said, /\n\s+at |node:internal|Error:/);
  assert.equal(said.trim().split('\n').length, 1, said);
}

describe('what is wrong is said in a sentence', { concurrency: 2 }, () => {
  let suite: Suite;
  let product: Product;
  before(async () => {
    suite = await startSuite();
    product = await suite.product({ worker: false });
  });
  after(() => suite.stop());

  const wrong: Readonly<Record<string, [NodeJS.ProcessEnv, RegExp, number]>> = {
    'a missing secret': [{ CXONE_CLIENT_SECRET: '' }, /CXONE_CLIENT_SECRET is not set: /, 2],
    'a missing destination': [{ BI_WEBHOOK_URL: '' }, /BI_WEBHOOK_URL is not set: /, 2],
    'a destination that is private and not marked so': [
      { BI_WEBHOOK_PRIVATE: '0' },
      /BI_WEBHOOK_URL is not valid: /,
      2,
    ],
    'a webhook secret that is none': [
      { BI_WEBHOOK_SECRET: 'hunter2' },
      /BI_WEBHOOK_SECRET is not valid: (?!.*hunter2)/,
      2,
    ],
    'a source without TLS': [{ CXONE_BASE_URL: 'http://cxone.example' }, /CXONE_BASE_URL is not valid: .*https/, 2],
    'an organisation that is no label': [{ CXONE_ORG_ID: 'evil.com/' }, /CXONE_ORG_ID must be one DNS label/, 2],
    'a secret file that is not there': [
      { CXONE_CLIENT_SECRET: '', CXONE_CLIENT_SECRET_FILE: '/nowhere' },
      /CXONE_CLIENT_SECRET_FILE names a file that cannot be read: give the path/,
      2,
    ],
    'a dataset store that is none': [{ DATASET_URL: 's3://key:hunter2@bucket' }, /DATASET_URL must (?!.*hunter2)/, 2],
    'TLS switched off': [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, /NODE_TLS_REJECT_UNAUTHORIZED is 0/, 2],
  };
  for (const [name, [env, names, code]] of Object.entries(wrong)) {
    it(`${name}: the worker names the variable and the remedy`, async () => {
      const exit = await workerExit({ ...product.env, ...env });
      isSentence(exit.said.replace(/^\(node:.*\n(\(Use .*\n)?/gm, ''), names);
      assert.equal(exit.code, code);
    });
  }

  it('no Temporal: the worker names its address', async () => {
    const address = `127.0.0.1:${await closedPort()}`;
    const { code, said } = await workerExit({ ...product.env, TEMPORAL_ADDRESS: address });
    isSentence(said, new RegExp(`Temporal at ${address} cannot be reached: start it, or correct TEMPORAL_ADDRESS`));
    assert.equal(code, 1);
  });

  it('no Postgres: the worker names where it looked, without the password', async () => {
    const port = await closedPort();
    const { code, said } = await workerExit({
      ...product.env,
      DATABASE_URL: `postgres://journey:hunter22@127.0.0.1:${port}/journey`,
    });
    isSentence(said, new RegExp(`Postgres.*127.0.0.1:${port}`));
    assert.doesNotMatch(said, /hunter22/);
    assert.equal(code, 1);
  });

  it('search attributes that are not registered: the worker says the command that registers them', async () => {
    const { path } = await findTemporal();
    const bare = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
    const { code, said } = await workerExit({ ...product.env, TEMPORAL_ADDRESS: bare.address });
    await bare.teardown();
    isSentence(said, /temporal operator search-attribute create --namespace default --name CxoneOrg --type Keyword/);
    assert.equal(code, 2);
  });

  it('part of a source: dev stops with 2 instead of falling back to the simulator', async () => {
    const home = await mkdtemp(join(tmpdir(), 'journey-metrics-dev-'));
    const { PATH, HOME } = process.env;
    const dev = spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('../../../stack/dev.ts', import.meta.url))],
      {
        env: { PATH, HOME, JOURNEY_METRICS_HOME: home, CXONE_ORG_ID: 'acme' },
      },
    );
    let said = '';
    dev.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const code = await new Promise((resolve) => dev.once('close', resolve));
    isSentence(said, /CXONE_CLIENT_ID is not set/);
    assert.equal(code, 2);
    await rm(home, { recursive: true, force: true });
  });

  it('wrong credentials and an unknown destination: doctor and aggregate say so', async () => {
    const running = await suite.product();
    const unknown = JSON.stringify(running.request({ destination: 'nowhere' }));
    const file = join(running.home, 'request.json');
    await writeFile(file, unknown);
    const refused = await cli(['aggregate', '--query', file, '--json'], running.env);
    const { error } = JSON.parse(refused.stdout) as { error: { type: string; message: string } };
    assert.deepEqual([refused.code, error.type], [2, 'InvalidRequest']);
    assert.match(error.message, /destination: "nowhere" is not configured; configured: bi/);
    const doctor = await cli(['doctor'], { ...running.env, CXONE_CLIENT_SECRET: 'wrong' });
    assert.equal(doctor.code, 1);
    assert.match(doctor.stdout, /credentials/i);
    await running.stop();
  });
});
