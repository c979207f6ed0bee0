import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ANYBODY_HERE } from '../../../src/keys/principal.js';
import { problemOf, startGateway } from '../../support/gateway/gateway.js';
import { startSuite, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

describe('rows and audit trail, by HTTP', { concurrency: 4 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  test('the rows of a run come as NDJSON and as CSV, as many as its result says', async (t) => {
    const product = await suite.product();
    const gateway = await startGateway(t, product);
    const run = await product.client.start(product.request());
    const { rows } = await run.result();
    const path = `/runs/${run.workflowId}/rows`;
    const lines = async (query: string, end = '\n'): Promise<string[]> => {
      const answer = await gateway.send('GET', `${path}${query}`);
      assert.equal(answer.status, 200, answer.text);
      return answer.text.split(end).filter((line) => line !== '');
    };
    const kept = await lines('');
    assert.equal(kept.length, rows.kept);
    assert.ok(kept.every((line) => 'journeyCompletionRate' in (JSON.parse(line) as object)));
    assert.equal((await lines('?rows=raw')).length, rows.returned);
    assert.equal((await lines('?rows=delivered')).length, rows.delivered);
    const [head = '', ...body] = await lines('?format=csv', '\r\n');
    assert.ok(head.split(',').includes('journeyCompletionRate'));
    assert.equal(body.length, rows.kept);
    const csv = await gateway.send('GET', `${path}?format=csv`);
    assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/);
    assert.match(csv.headers.get('content-disposition') ?? '', /filename="journey-[\w.-]+\.csv"$/);
    assert.equal(problemOf(await gateway.send('GET', `${path}?format=xlsx`)).status, 400);
    const sheet = await lines('?format=csv&separator=semicolon&bom=true&guardFormulas=true&typed=true', '\r\n');
    assert.deepEqual([sheet[0], sheet.length], [`\u{FEFF}${head.replaceAll(',', ';')}`, rows.kept + 1]);
    assert.equal((await lines('?typed=true')).length, rows.kept);
    for (const csvOnly of ['bom=true', 'guardFormulas=true', 'separator=tab', 'typed=1']) {
      assert.equal(problemOf(await gateway.send('GET', `${path}?${csvOnly}`)).kind, 'InvalidRequest', csvOnly);
    }

    await rm(join(product.home, 'datasets'), { recursive: true });
    const gone = problemOf(await gateway.send('GET', path));
    assert.deepEqual([gone.status, gone.kind], [410, 'RowsExpired']);
    await product.stop();
  });

  test('there are none of a run under way, or of one that was cancelled', async (t) => {
    const product = await suite.product({ simulator: { cxone: { run: { ms: 600_000 } } } });
    const gateway = await startGateway(t, product);
    const run = await product.client.start(product.request());
    const path = `/runs/${run.workflowId}/rows`;
    assert.equal(problemOf(await gateway.send('GET', path)).kind, 'RunStillRunning');
    await run.cancel();
    await run.result().catch(() => undefined);
    assert.equal(problemOf(await gateway.send('GET', path)).kind, 'RunHasNoRows');
    await product.stop();
  });

  test('rows are read as fast as the client reads, and no further when it has gone', async (t) => {
    const product = await suite.product();
    const run = await product.client.start(product.request());
    await run.result();
    const chunks = 1_000;
    let made = 0;
    let freed = false;
    async function* rows(signal: AbortSignal): AsyncGenerator<Uint8Array> {
      try {
        for (; made < chunks; made += 1) yield await Promise.resolve(Buffer.alloc(65_536, 'x'));
      } finally {
        freed = signal.aborted;
      }
    }
    const gateway = await startGateway(t, product, {
      rows: { read: (_dataset, _choice, signal) => Promise.resolve(rows(signal)) },
    });
    const { port } = new URL(gateway.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.pause();
    socket.write(`GET /runs/${run.workflowId}/rows HTTP/1.1\r\nhost: x\r\n\r\n`);
    let before = -1;
    const stalled = (): boolean => {
      const still = made > 0 && made === before;
      before = made;
      return still;
    };
    await until('the rows to wait for their reader', stalled, (still) => still);
    assert.ok(made < chunks, `${made} chunks were made for nobody`);
    socket.destroy();
    await until(
      'the rows to be given up',
      () => freed,
      (is) => is,
    );
    await product.stop();
  });

  test('the audit trail is read page by page, and only of organisations that the key may see', async (t) => {
    const product = await suite.product();
    const org = product.env['CXONE_ORG_ID'] ?? '';
    const gateway = await startGateway(t, product, {
      authenticate: ({ headers }) => {
        const orgs = headers['x-orgs'] === undefined ? ('*' as const) : new Set(String(headers['x-orgs']).split(','));
        return Promise.resolve({ ...ANYBODY_HERE, orgs });
      },
    });
    for (const maxRows of [1, 2, 3]) {
      await (await product.client.start(product.request({ processing: { maxRows } }))).result();
    }
    const page = async (path: string, orgs?: string): Promise<{ entries: { seq: number }[]; next: string | null }> => {
      const answer = await gateway.send('GET', path, orgs === undefined ? {} : { headers: { 'x-orgs': orgs } });
      assert.equal(answer.status, 200, answer.text);
      return answer.json as { entries: { seq: number }[]; next: string | null };
    };
    const seqs = ({ entries }: { entries: { seq: number }[] }): number[] => entries.map(({ seq }) => seq);
    const first = await page('/audit?limit=2');
    const second = await page(first.next ?? '');
    assert.deepEqual([seqs(first), seqs(second), second.next], [[3, 2], [1], null]);
    assert.deepEqual(seqs(await page('/audit', `${org},elsewhere`)), [3, 2, 1]);
    assert.deepEqual(seqs(await page('/audit', 'elsewhere')), []);
    assert.deepEqual(seqs(await page(`/audit?org=${org}`, 'elsewhere')), []);
    assert.deepEqual(seqs(await page('/audit?since=2126-01-01T00:00:00Z')), []);
    assert.equal(problemOf(await gateway.send('GET', '/audit?since=yesterday')).status, 400);
    await product.stop();
  });
});
