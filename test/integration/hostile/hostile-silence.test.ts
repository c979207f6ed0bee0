import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { PART } from '../../support/sources/directory.js';
import { createHttp } from '../../../src/sources/http/http.js';
import { createWebhookDestination } from '../../../src/destinations/webhook/webhook-destination.js';
import type { PartAnswer } from '../../../src/ports/index.js';

const ambient = { now: Date.now, random: Math.random };

describe('an address that accepts and never shakes hands holds up nobody', () => {
  const sockets: Socket[] = [];
  let server: Server;
  let origin: string;
  before(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.on('connection', (socket) => sockets.push(socket.on('error', () => undefined).resume()));
    origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });

  /** Aborts once the next connection is made. */
  function leaving(): AbortSignal {
    const controller = new AbortController();
    server.once('connection', () => {
      controller.abort(new Error('worker drains'));
    });
    return controller.signal;
  }

  /** After a round trip, so that the server would know of a connection that was given up. */
  async function assertStillOpen(): Promise<void> {
    const [earlier] = sockets.slice(-1);
    const probe = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await Promise.all([once(probe, 'connect'), once(server, 'connection')]);
    await setImmediate();
    probe.destroy();
    assert.equal(earlier?.destroyed, false, 'the connection is still being opened');
  }

  it('as a receiver: neither a caller that leaves nor the deadline', async (t) => {
    const url = new URL('/hook', origin);
    const deliver = (signal: AbortSignal, deadlineMs = 60_000): Promise<PartAnswer> => {
      const address = { url, secrets: [], allowPrivate: true, deadlineMs };
      const limits = { maxRows: 1, maxBytes: 65_536 };
      const destination = createWebhookDestination({ address, limits, ambient, version: 'test' });
      t.after(() => destination.close());
      return destination.deliver({ ...PART, body: Buffer.from('{}') }, signal);
    };

    await assert.rejects(deliver(leaving()), /worker drains/);
    const late = await deliver(new AbortController().signal, 100);
    assert.deepEqual(late, { delivered: false, reason: 'timeout', permanent: false });
    await assertStillOpen();
  });

  it('as a source: not a caller that leaves', async (t) => {
    const http = createHttp({ ambient });
    t.after(() => http.close());
    const url = new URL('/api/v2/reporting/analytics/results/1', origin);
    const bounds = { headDeadlineMs: 60_000, deadlineMs: 60_000, bodyCapBytes: 1_000 };
    const poll = http.exchange({ operation: 'poll', method: 'GET', url, headers: {}, ...bounds }, leaving());
    await assert.rejects(poll, /worker drains/);
    await assertStillOpen();
  });
});
