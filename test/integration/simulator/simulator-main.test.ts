import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { runSimulator } from '../../../simulator/main.js';
import { DEFAULT_WEBHOOK_SECRET } from '../../../simulator/receiver/signature.js';
import { PlainClient, weekQuery } from '../../support/sources/simulator-calls.js';

/** A signed delivery of one row, about that message. */
function delivery(id: string): { method: string; headers: Record<string, string>; body: string } {
  const now = new Date();
  const body = JSON.stringify({
    ...{ timestamp: 'T', queryId: 'q', metrics: [{ journeyId: 'claim' }], summary: { total: 1, sampled: 1 } },
    ...{ deliveryId: id, revision: 1, part: { index: 0, count: 1 } },
  });
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(DEFAULT_WEBHOOK_SECRET).sign(id, now, body),
  };
  return { method: 'POST', headers, body };
}

test('starts both servers, and names what points the product at them', async (t) => {
  const written: string[] = [];
  const running = await runSimulator({ write: (text) => written.push(text) });
  t.after(() => running.stop());
  const { environment, cxone, receiver } = running;
  assert.deepEqual(Object.keys(environment), [
    ...['CXONE_ORG_ID', 'CXONE_BASE_URL', 'CXONE_CLIENT_ID', 'CXONE_CLIENT_SECRET'],
    ...['BI_WEBHOOK_URL', 'BI_WEBHOOK_SECRET', 'BI_WEBHOOK_PRIVATE'],
  ]);
  const {
    CXONE_ORG_ID: org = '',
    CXONE_CLIENT_ID: clientId = '',
    CXONE_CLIENT_SECRET: clientSecret = '',
  } = environment;
  assert.equal((await new PlainClient(cxone).authorise({ org, clientId, clientSecret })).status, 200);
  assert.match(environment['BI_WEBHOOK_SECRET'] ?? '', /^whsec_/);
  assert.ok(written.join('').includes(receiver.webhookUrl));
  assert.ok(written.join('').includes(`export CXONE_BASE_URL='${cxone.url}'`));
});

test('sends faults by rate to the server that they name, and keeps both journals', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const running = await runSimulator({
    faults: ['503:submit@1', '410:webhook@1'],
    journalFolder: join(folder, 'journals'),
  });
  t.after(() => running.stop());
  const client = new PlainClient(running.cxone);
  await client.authorise();
  assert.equal((await client.submit(weekQuery())).status, 503);
  assert.equal((await fetch(running.receiver.webhookUrl, { method: 'POST' })).status, 410);
  const journal = (name: string): unknown[] =>
    readFileSync(join(folder, 'journals', name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
  assert.deepEqual(journal('cxone.ndjson'), running.cxone.journal.entries());
  assert.deepEqual(journal('receiver.ndjson'), running.receiver.journal.entries());
});

test('keeps the true rows of every accepted query, whatever the answers said, and every body taken in', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const [resultFolder, bodyFolder] = [join(folder, 'results'), join(folder, 'bodies')];
  const running = await runSimulator({
    cxone: { resultFolder, run: { polls: 0 }, faults: { rates: [{ on: 'poll', rate: 1, fault: 'strange-rows' }] } },
    receiver: { bodyFolder, faults: { script: [{ on: 'webhook', nth: 2, fault: 'drop-before' }] } },
  });
  t.after(() => running.stop());
  const client = new PlainClient(running.cxone);
  await client.page(await client.locationOf());
  assert.equal((await client.submit({ ...weekQuery(), limit: 0 })).status, 400);
  const [query] = running.cxone.queries();
  assert.deepEqual(readdirSync(resultFolder), [`${query?.queryId ?? ''}.json`]);
  const rows: unknown = JSON.parse(readFileSync(join(resultFolder, `${query?.queryId ?? ''}.json`), 'utf8'));
  assert.deepEqual(rows, query?.source.rows(0, query.source.total));

  const taken = delivery('m1');
  assert.equal((await fetch(running.receiver.webhookUrl, taken)).status, 200);
  await assert.rejects(fetch(running.receiver.webhookUrl, delivery('m2')));
  const sha256 = createHash('sha256').update(taken.body).digest('hex');
  assert.deepEqual(readdirSync(bodyFolder), [`${sha256}.json`]);
  assert.equal(readFileSync(join(bodyFolder, `${sha256}.json`), 'utf8'), taken.body);
});

test('spares a query and a message that it has struck, and no other', async (t) => {
  const running = await runSimulator({
    cxone: {
      run: { polls: 0 },
      faults: { rates: (['submit', 'poll'] as const).map((on) => ({ on, rate: 1, fault: '503', perSubject: 1 })) },
    },
    receiver: { faults: { rates: [{ on: 'webhook', rate: 1, fault: '503', perSubject: 1 }] } },
  });
  t.after(() => running.stop());
  const client = new PlainClient(running.cxone);
  await client.authorise();
  const submitted = async (key: string): Promise<Response> => client.submit(weekQuery(), { 'idempotency-key': key });
  assert.deepEqual([(await submitted('k1')).status, (await submitted('k2')).status], [503, 503]);
  const locations = [await submitted('k1'), await submitted('k2')].map(({ headers }) => headers.get('location') ?? '');
  for (const location of locations) assert.equal((await client.get(location)).status, 503);
  for (const location of locations) assert.equal((await client.get(location)).status, 200);
  const sent = async (id: string): Promise<number> => (await fetch(running.receiver.webhookUrl, delivery(id))).status;
  assert.deepEqual([await sent('m1'), await sent('m2'), await sent('m1'), await sent('m2')], [503, 503, 200, 200]);
});

test('stops what it had started when the rest cannot start', { timeout: 30_000 }, async (t) => {
  const first = await runSimulator();
  t.after(() => first.stop());
  const taken = Number(new URL(first.receiver.url).port);
  const servers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
  await assert.rejects(runSimulator({ receiver: { port: taken } }), { name: 'InvalidSimulatorOption' });
  // Those of `first`. A closed server leaves the list some turns later, one that was left running never.
  while (servers() !== 2) await setImmediate();
  await assert.rejects(runSimulator({ faults: ['nonsense@1'] }), {
    name: 'InvalidSimulatorOption',
    message: /nonsense/,
  });
});
