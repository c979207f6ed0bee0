import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { exitCodeOf } from '../../../src/config/errors.js';
import { openRecords } from '../../../src/records/open-records.js';
import { checkConnection } from '../../../src/records/postgres/check-connection.js';
import { cli } from '../../support/cli/cli.js';
import { startGatewayProcess } from '../../../stack/product/gateway-process.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { startPgbouncer, withoutPgbouncer, type Pgbouncer } from '../../support/records/pgbouncer.js';
import { aClaim, PATIENCE } from '../../support/records/records.js';
import { workerExit } from '../../support/worker-exit.js';

/** What everybody finds who meets 08P01. */
const IGNORED = {
  ignore_startup_parameters: 'statement_timeout,lock_timeout,idle_in_transaction_session_timeout,options',
};
const REFUSED = /is behind a pooler that shares connections .*set pool_mode = session/;

describe('PgBouncer in front of Postgres', { skip: withoutPgbouncer() ?? false }, () => {
  let suite: Suite;
  let product: Product;
  const started: Pgbouncer[] = [];
  const pooler = async (settings: Readonly<Record<string, string>>): Promise<string> => {
    const running = await startPgbouncer(String(product.env['DATABASE_URL']), settings);
    started.push(running);
    return running.url;
  };
  before(async () => {
    suite = await startSuite();
    product = await suite.product({ worker: false });
  });
  after(async () => {
    await Promise.all(started.map((each) => each.stop()));
    await suite.stop();
  });

  it('in session mode, with nothing else said, it works: one walker at a time, and time limits hold', async () => {
    const url = await pooler({ pool_mode: 'session' });
    const open = () => openRecords({ url, now: Date.now, signal: AbortSignal.timeout(60_000) });
    const [one, two] = [await open(), await open()];
    await one.ledger.claim(aClaim(), PATIENCE);
    const key = { deliveryId: 'delivery-1', revision: 1 };
    const second = await one.ledger.walk(
      key,
      () => two.ledger.walk(key, () => Promise.resolve('inside'), PATIENCE),
      PATIENCE,
    );
    assert.equal(second, 'busy');
    assert.equal(await two.ledger.walk(key, () => Promise.resolve('inside'), PATIENCE), 'inside');
    await Promise.all([one.close(), two.close()]);
    const run = await suite.product({ env: { DATABASE_URL: url } });
    assert.equal((await (await run.client.start(run.request())).result()).outcome, 'completed');
    await run.stop();
  });

  for (const [mode, settings] of [
    ['transaction mode', { pool_mode: 'transaction' }],
    ['transaction mode that ignores startup parameters', { pool_mode: 'transaction', ...IGNORED }],
    ['transaction mode that deals in turns', { pool_mode: 'transaction', server_round_robin: '1', min_pool_size: '4' }],
    ['statement mode', { pool_mode: 'statement' }],
  ] as const) {
    it(`${mode} is refused, in a sentence, as a configuration that cannot work`, async () => {
      const url = await pooler(settings);
      for (const look of [
        () => openRecords({ url, now: Date.now, signal: PATIENCE }),
        () => checkConnection({ url }, PATIENCE),
      ]) {
        await assert.rejects(look, (error: Error) => {
          assert.match(error.message, REFUSED);
          assert.equal(exitCodeOf(error), 2);
          return true;
        });
      }
    });
  }

  it('worker, gateway and doctor refuse transaction mode', async () => {
    const env = { ...product.env, DATABASE_URL: await pooler({ pool_mode: 'transaction', ...IGNORED }) };
    const worker = await workerExit(env);
    assert.equal(worker.code, 2);
    assert.match(worker.said, REFUSED);
    const doctor = await cli(['doctor', '--json'], env);
    assert.equal(doctor.code, 1);
    assert.match(doctor.stdout, REFUSED);
    let said = '';
    const { PATH, HOME } = process.env;
    const hear = (text: string): void => {
      said += text;
    };
    const place = { port: 0, url: '' };
    const gateway = await startGatewayProcess({ env: { PATH, HOME, ...env }, onLog: hear, onError: hear }, place).then(
      () => assert.fail('the gateway started'),
      (error: unknown) => (error as { exitCode: number | null }).exitCode,
    );
    assert.equal(gateway, 2);
    assert.match(said, REFUSED);
  });

  it('a startup parameter that it refuses, and a database that it does not have, are said as such', async () => {
    const url = await pooler({ pool_mode: 'session' });
    await assert.rejects(checkConnection({ url: `${url}?options=-c%20work_mem%3D8MB` }, PATIENCE), {
      message: /behind a pooler that refuses a startup parameter .*: take `options` out of DATABASE_URL/,
    });
    await assert.rejects(checkConnection({ url: url.replace(/[^/]+$/, 'other') }, PATIENCE), {
      message: /behind a pooler that has no such database/,
    });
  });
});
