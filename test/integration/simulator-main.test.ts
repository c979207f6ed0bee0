import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { runSimulator } from '../../simulator/main.js';
import { PlainClient, weekQuery } from '../support/simulator-calls.js';

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
