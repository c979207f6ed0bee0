import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { PageMemory } from '../../../src/async/page-memory.js';
import { createHttp } from '../../../src/sources/http/http.js';
import { until } from '../../support/until.js';

const KIB = 1_024;
const { signal } = new AbortController();

for (const stated of [true, false]) {
  test(`a report of ${stated ? 'a stated' : 'an unknown'} size takes its turn in the room for pages, and is made once`, async (t) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.method ?? '');
      if (stated) response.setHeader('content-length', 600 * KIB);
      response.end(Buffer.alloc(600 * KIB, 'a'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const memory = new PageMemory(1_000 * KIB);
    const http = createHttp({ ambient: { now: Date.now, random: Math.random }, memory });
    t.after(() => http.close());
    t.after(() => server.close());
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/report`);
    const limits = { headDeadlineMs: 30_000, deadlineMs: 30_000, bodyCapBytes: 1_000 * KIB };
    let held = 0;
    let most = 0;
    let go: () => void = () => undefined;
    const isToGo = new Promise<void>((resolve) => (go = resolve));
    const report = (): Promise<number> =>
      memory.hold(async () => {
        const answer = await http.exchange({ operation: 'page', method: 'POST', url, headers: {}, ...limits }, signal);
        held += 1;
        most = Math.max(most, held);
        await isToGo;
        held -= 1;
        return answer.body.byteLength;
      });
    const both = [report(), report()];
    await until(
      'both reports to be made, and one to be read',
      () => [asked.length, held],
      ([made, read]) => made === 2 && read === 1,
    );
    go();
    assert.deepEqual(await Promise.all(both), [600 * KIB, 600 * KIB]);
    assert.equal(most, 1);
    assert.deepEqual(asked, ['POST', 'POST'], 'a report that had to wait was not asked for again');
  });
}
