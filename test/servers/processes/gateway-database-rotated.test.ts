import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { spawnGateway } from '../../support/gateway/gateway-process.js';
import { startSuite } from '../../support/product.js';
import { execute } from '../../support/records/postgres.js';
import { until } from '../../support/until.js';

test('a gateway uses a database password that is rotated while it runs, and keeps the last good one', async (t) => {
  const suite = await startSuite();
  t.after(() => suite.stop());
  const product = await suite.product({ worker: false });
  const { DATABASE_URL: url = '', ...env } = product.env;
  const user = `rotating_${randomUUID().slice(0, 8)}`;
  const file = join(product.home, 'database-url');
  const write = async (text: string): Promise<void> => {
    await writeFile(`${file}.next`, text);
    await rename(`${file}.next`, file);
  };
  const as = (password: string): string => Object.assign(new URL(url), { username: user, password }).href;
  await execute(url, `CREATE ROLE ${user} LOGIN SUPERUSER PASSWORD 'first-password'`);
  t.after(() => execute(url, `DROP ROLE IF EXISTS ${user}`));
  await write(as('first-password'));
  const gateway = await spawnGateway(t, { env: { ...env, DATABASE_URL_FILE: file } });
  const statusOf = async (path: string): Promise<number> => {
    const answer = await fetch(`${gateway.url}${path}`);
    await answer.text();
    return answer.status;
  };
  const said = (pattern: RegExp): Promise<boolean> =>
    until(String(pattern), () => pattern.test(gateway.said()), Boolean);
  assert.equal(await statusOf('/audit'), 200);

  await write('postg');
  await said(/the address of the database cannot be used: what it said before stays valid/);
  assert.equal(await statusOf('/audit'), 200);
  await execute(url, `ALTER ROLE ${user} PASSWORD 'second-password'`);
  await write(as('second-password'));
  await said(/the address of the database has changed and was read again/);
  await execute(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${user}'`);
  // Until it has heard that its connections are gone.
  await until(
    'answers',
    () => statusOf('/audit'),
    (status) => status === 200,
  );
  assert.deepEqual(await Promise.all(['/audit', '/windows', '/orgs', '/readyz'].map(statusOf)), [200, 200, 200, 200]);

  const elsewhere = new URL(as('second-password'));
  elsewhere.pathname = '/another';
  await write(elsewhere.href);
  await said(/DATABASE_URL leads to another database now: start this program again to use it/);
  assert.equal(await statusOf('/audit'), 200);
  assert.doesNotMatch(gateway.said(), /first-password|second-password/);
});
