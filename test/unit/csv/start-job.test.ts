import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceQuery } from '../../../src/contract/request/request.js';
import type { HttpAnswer } from '../../../src/sources/http/http.js';
import type { ReportingClient } from '../../../src/sources/reporting/client.js';
import { startJob } from '../../../src/sources/data-extraction/start-job.js';

const ID = '0b5c2d4e-1111-4222-8333-444455556666';
const QUERY: SourceQuery = {
  reportType: 'journey-execution',
  metric: ['score'],
  dimension: [],
  filter: {},
  timeGroupBy: 'day',
  limit: 10_000,
  dateFrom: '2026-10-05T00:00:00Z',
  dateTo: '2026-10-06T00:00:00Z',
};

const answer = (status: number, body: unknown = ''): HttpAnswer => ({
  status,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const listed = (...statuses: string[]): HttpAnswer =>
  answer(200, { jobs: statuses.map((status, id) => ({ id: String(id), status })) });

interface Rig {
  readonly sent: string[];
  start(key?: string): ReturnType<typeof startJob>;
}

/** Starts jobs at a tenant that gives these answers, one after the other. */
function tenantOf(answers: readonly HttpAnswer[], clock = { now: 0 }): Rig {
  const left = [...answers];
  const sent: string[] = [];
  const client = {
    send: ({ method }: { method: string }) => {
      sent.push(method);
      const next = left.shift();
      return next ? Promise.resolve(next) : Promise.reject(new Error('asked once more than expected'));
    },
    reason: () => undefined,
  } as unknown as ReportingClient;
  const ambient = { now: () => clock.now, random: () => 0.5 };
  const mapping = { dateColumn: 'Date', timeZone: 'UTC', metrics: { score: 'Score' }, dimensions: {} };
  const starter = {
    ...{ org: 'globex', entity: 'qm-workflows', version: '4', mapping, gapMs: 0, client, ambient },
    refusals: new Map<string, number>(),
  };
  return {
    sent,
    start: (idempotencyKey = 'k') => startJob(starter, { query: QUERY, idempotencyKey }, new AbortController().signal),
  };
}

test('an id is taken with its quotes or without, and nothing else is', async () => {
  for (const body of [`"${ID}"`, ID, ` "${ID}"\n`]) {
    assert.equal(await tenantOf([listed(), answer(202, body)]).start(), ID);
  }
  for (const body of [{ jobId: ID }, '', '""', 'null', '42', `"${ID}`, `["${ID}"]`, '"a b c d e f g h"']) {
    await assert.rejects(tenantOf([listed(), answer(202, body)]).start(), (error: Error & { details?: object }) => {
      assert.match(error.message, /names no job/, JSON.stringify(body));
      assert.equal((error.details as { effect?: string }).effect, 'unknown', 'a job runs all the same');
      return true;
    });
  }
});

test('an answer that broke off leaves a job that may run', async () => {
  const broken: HttpAnswer = { status: 202, body: new Uint8Array(), bodyBroken: true };
  await assert.rejects(tenantOf([listed(), broken]).start(), (error: Error & { details?: object }) => {
    assert.deepEqual({ ...error.details }, { operation: 'submit', status: 202, effect: 'unknown' });
    return true;
  });
});

test('a refusal counts only where no job runs after it', async () => {
  const raced = [listed(), answer(403), listed('SUCCEEDED', 'RUNNING')];
  const refused = [listed(), answer(403), listed('SUCCEEDED')];
  const tenant = tenantOf([
    ...raced,
    ...raced,
    ...raced,
    ...raced,
    ...refused,
    ...raced,
    ...refused,
    ...refused,
    ...refused,
  ]);
  for (let turn = 0; turn < 8; turn += 1) {
    const outcome = await tenant.start();
    assert.equal(typeof outcome === 'string' ? outcome : outcome.reason, 'waiting for its turn', String(turn));
  }
  await assert.rejects(tenant.start(), { failureType: 'Forbidden' });
});

test('refusals of one query are not those of another', async () => {
  const refused = [listed(), answer(403), listed()];
  const tenant = tenantOf([...refused, ...refused, ...refused, ...refused]);
  for (const key of ['a', 'b', 'c', 'd']) {
    const outcome = await tenant.start(key);
    assert.equal(typeof outcome === 'string' ? outcome : outcome.reason, 'waiting for its turn');
  }
});

test('a job in the list with a word that no document knows is refused by it, and nothing is started', async () => {
  const tenant = tenantOf([listed('SUCCEEDED', 'PAUSED')]);
  await assert.rejects(tenant.start(), /"PAUSED"\); known are RUNNING, SUCCEEDED, FAILED, CANCELLED, EXPIRED/);
  assert.deepEqual(tenant.sent, ['GET']);
});
