import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { createJourneyMetricsClient } from '../../../src/client.js';
import type { RunDescription } from '../../../src/client.js';
import { startGateway, watchCalls } from '../../support/gateway/gateway.js';
import { startSuite, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

interface Event {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** What a browser would make of a stream. */
function eventsIn(stream: string): readonly Event[] {
  const blocks = stream.split('\n\n').map((block) => new Map(block.split('\n').map(fieldOf)));
  return blocks
    .filter((fields) => fields.has('data'))
    .map((fields) => ({
      event: fields.get('event') ?? 'message',
      id: fields.get('id'),
      data: JSON.parse(fields.get('data') ?? '') as unknown,
    }));
}

function fieldOf(line: string): readonly [string, string] {
  const [, name = '', value = ''] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
  return [name, value];
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.getConnections((_error, count) => {
      resolve(count);
    });
  });
}

describe('GET /runs/{id}/events', { concurrency: 3 }, () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  test('tells the progress as it changes, then the end, and closes', async (t) => {
    const product = await suite.product({ simulator: { cxone: { run: { ms: 3_000 } } } });
    const gateway = await startGateway(t, product);
    const { workflowId } = await product.client.start(product.request());
    const answer = await gateway.send('GET', `/runs/${workflowId}/events`);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
    const events = eventsIn(answer.text);
    const progress = events.filter(({ event }) => event === 'progress').map(({ data }) => JSON.stringify(data));
    assert.ok(progress.some((data) => data.includes('"phase":"waiting"')));
    assert.ok(
      progress.every((data, index) => data !== progress[index - 1]),
      'nothing is said twice',
    );
    const [last] = events.slice(-1);
    const { state, result } = last?.data as RunDescription;
    assert.deepEqual([last?.event, last?.id, state], ['end', 'end', 'completed']);
    assert.deepEqual(result, await product.client.run(workflowId).result());

    const back = await gateway.send('GET', `/runs/${workflowId}/events`, { headers: { 'last-event-id': 'end' } });
    assert.deepEqual([back.status, back.text], [204, ''], 'a browser comes back no more');
    await product.stop();
  });

  test('ends with why a run failed', async (t) => {
    const product = await suite.product({
      simulator: { cxone: { faults: { script: [{ on: 'poll', fault: 'failed' }] } } },
    });
    const gateway = await startGateway(t, product);
    const { workflowId } = await product.client.start(product.request());
    const answer = await gateway.send('GET', `/runs/${workflowId}/events`);
    const [last] = eventsIn(answer.text).slice(-1);
    assert.equal((last?.data as RunDescription).error?.type, 'QueryFailed');
    await product.stop();
  });

  test('leaves nothing behind when the client goes away', async (t) => {
    const product = await suite.product({ simulator: { cxone: { run: { ms: 600_000 } } } });
    const client = createJourneyMetricsClient({ connection: { address: product.env['TEMPORAL_ADDRESS'] ?? '' } });
    t.after(() => client.close());
    const calls = watchCalls(client);
    const gateway = await startGateway(t, product, { client: calls.client });
    const { workflowId } = await product.client.start(product.request());
    const leave = new AbortController();
    const response = await fetch(`${gateway.url}/runs/${workflowId}/events`, { signal: leave.signal });
    await response.body?.getReader().read();
    await until(
      'it to follow the run',
      () => calls.waits(),
      (waits) => waits === 1,
    );
    leave.abort();
    await until(
      'nobody to follow the run',
      () => calls.waits(),
      (waits) => waits === 0,
    );
    await until(
      'the connection to be closed',
      () => connectionsOf(gateway.app.server),
      (count) => count === 0,
    );
    await product.client.run(workflowId).cancel();
    await product.client
      .run(workflowId)
      .result()
      .catch(() => undefined);
    await product.stop();
  });
});
