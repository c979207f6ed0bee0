import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import { startSimulator } from '../../../simulator/cxone/server.js';

type Fault = NonNullable<FaultSchedule['script']>[number]['fault'];

/** The answer to a request for a token, as it comes over the wire, up to a text that ends it. */
async function rawAnswer(t: TestContext, fault: Fault, until: string): Promise<string> {
  const simulator = await startSimulator({ faults: { script: [{ on: 'token', fault }] } });
  t.after(() => simulator.stop());
  const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  socket.write('POST /api/v2/oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
  let answer = '';
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    answer += chunk.toString();
    if (answer.includes(until)) break;
  }
  return answer;
}

for (const by of [64, -8]) {
  test(`wrong-length sends the whole body and names ${by} bytes more`, async (t) => {
    const answer = await rawAnswer(t, { kind: 'wrong-length', by }, '"}');
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    const stated = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    assert.equal(stated, body.length + by);
    assert.ok(JSON.parse(body));
  });
}

test('a header may come twice', async (t) => {
  const fault: Fault = { kind: 'status', status: 429, retryAfter: { each: ['600', '900'] } };
  const answer = await rawAnswer(t, fault, '\r\n\r\n');
  assert.deepEqual(answer.match(/retry-after: \d+/gi), ['retry-after: 600', 'retry-after: 900']);
});
