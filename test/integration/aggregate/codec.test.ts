import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readConfig } from '../../../src/config/config.js';
import { historyTable } from '../../../src/cli/runs/show-run.js';
import { openBlobStore } from '../../../src/datasets/blobs/open-dataset-url.js';
import { createDatasetStore } from '../../../src/datasets/store/dataset-store.js';
import { createRowFigures } from '../../../src/datasets/transform/row-figures.js';
import { reportPages } from '../../../src/report/report-pages.js';
import { reversingCodec } from '../../support/workflow/reversing-codec.js';
import { startSuite, type Suite } from '../../support/product.js';

describe('a worker and a client with a payload codec', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  it('aggregate, and read the run: its description, its steps and its history', async () => {
    const product = await suite.product({
      dataConverter: { payloadCodecs: [reversingCodec] },
    });
    const { client, env, records, temporal } = product;
    const run = await client.start(product.request());
    const result = await run.result();
    assert.equal(result.outcome, 'completed');

    const { connection } = temporal;
    const raw = await connection.workflowService.getWorkflowExecutionHistory({
      namespace: 'default',
      execution: { workflowId: run.workflowId },
    });
    assert.doesNotMatch(JSON.stringify(raw.history), /journeyCompletionRate/);
    const [started] = raw.history?.events ?? [];
    const [input] = started?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    assert.equal(Buffer.from(input?.metadata?.['encoding'] ?? []).toString(), 'binary/reversed');

    assert.deepEqual((await run.describe()).result, result);
    const { steps, input: called } = await run.events();
    assert.match(JSON.stringify(called[0]), /journeyCompletionRate/);
    assert.ok(steps.every(({ input: given, answer }) => given !== undefined && answer !== undefined));
    const { events } = await run.history();
    assert.match(JSON.stringify(events[0]), new RegExp(Buffer.from('json/plain').toString('base64')));
    assert.match(historyTable(events, 100), /workflow execution completed/);

    const blobs = await openBlobStore(readConfig(env).datasets().place);
    const rows = createRowFigures(createDatasetStore(blobs));
    const pages = reportPages({ records: records.report, rows, runUrl: () => undefined, now: Date.now });
    const page = await pages.report(run, AbortSignal.timeout(30_000));
    blobs.close();
    assert.doesNotMatch(page, /cannot be read/);
    assert.match(page, /window 2026-11-01\.\.2026-11-07/);
  });
});
