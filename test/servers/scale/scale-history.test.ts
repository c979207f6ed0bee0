import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startSuite, type Suite } from '../../support/product.js';

const PAGES = 40;
const ROWS_PER_PAGE = 20;
/** What a second page costs: the activity that fetches all pages after the first, and the workflow task before it. */
const FURTHER_PAGES = 6;

interface Extent {
  readonly events: number;
  readonly bytes: number;
  readonly largestPayload: number;
}

describe('rows leave no trace in history', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  /** One run that delivers all of its rows. */
  async function extentOf(rows: number): Promise<Extent> {
    const product = await suite.product({
      simulator: { cxone: { data: { rows } } },
    });
    const request = product.request({ processing: { outliers: 'off' } });
    const run = await product.client.start({ ...request, query: { ...request.query, limit: ROWS_PER_PAGE } });
    const result = await run.result();
    assert.equal(result.rows.delivered, rows);
    const { historySize: bytes = 0 } = await product.temporal.workflow.getHandle(run.workflowId).describe();
    const [history] = await product.histories();
    assert.ok(history);
    const payloads = [...history.json.matchAll(/"data": ?"([^"]*)"/g)].map(([, data = '']) =>
      Buffer.byteLength(data, 'base64'),
    );
    await product.stop();
    return { events: history.events.length, bytes, largestPayload: Math.max(...payloads) };
  }

  it('40 pages cost one activity more than 10 rows do, and their payloads are no larger', async () => {
    const few = await extentOf(10);
    const many = await extentOf(PAGES * ROWS_PER_PAGE);
    assert.equal(many.events - few.events, FURTHER_PAGES, `${few.events} events, then ${many.events}`);
    // Larger by the digits of larger numbers and one activity, not by anything of each page.
    assert.ok(many.bytes - few.bytes < 2_048, `${few.bytes} bytes, then ${many.bytes}`);
    assert.ok(many.largestPayload - few.largestPayload < 128, `${few.largestPayload}, then ${many.largestPayload}`);
  });
});
