import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PartAnswer } from '../../../src/ports/index.js';
import { sha256Of } from '../../../src/datasets/blobs/blob-store.js';
import { TAKEN } from '../../support/sources/directory.js';
import { OUTPUT, PLAN } from '../../support/workflow/fake-activities.js';
import { BUSY, INPUT, part, revision, world } from './sync-webhook-world.js';

describe('syncWebhook', () => {
  it('walks the outstanding parts in order and says when all are there', async () => {
    const { sync, sent, recorded } = world({
      claimed: revision({ parts: [part(0, '2026-11-09T00:00:00Z'), part(1), part(2)] }),
    });
    assert.deepEqual(await sync(), { state: 'delivered', revision: 1, parts: 3, delivered: 3, signed: true });
    assert.deepEqual(
      [sent, recorded],
      [
        ['msg_1', 'msg_2'],
        [1, 2],
      ],
    );
  });

  it('stops at the first part that fails, and says which and why', async () => {
    const { sync, sent } = world({ answers: [TAKEN, BUSY] });
    const answer = await sync();
    assert.deepEqual(answer, {
      state: 'failed',
      progressed: true,
      part: 1,
      reason: '503',
      permanent: false,
      retryAfterMs: 9_000,
      revision: 1,
      parts: 3,
      delivered: 1,
      signed: true,
    });
    assert.deepEqual(sent, ['msg_0', 'msg_1']);
  });

  it('sends nothing for content that another run has delivered: unchanged', async () => {
    const { sync, sent } = world({ claimed: revision({ deliveredBy: 'another run' }) });
    assert.equal((await sync()).state, 'unchanged');
    assert.deepEqual(sent, []);
  });

  it('knows its own delivery again when a crash swallowed the answer', async () => {
    const { sync, sent } = world({ claimed: revision({ deliveredBy: PLAN.runKey }) });
    assert.equal((await sync()).state, 'delivered');
    assert.deepEqual(sent, []);
  });

  it('does not send again what this attempt has an answer for: a crash costs no attempt', async () => {
    const { sync, sent } = world({ known: { ...BUSY, part: 2 } });
    const answer = await sync();
    assert.deepEqual([answer.state, answer.state === 'failed' && answer.part], ['failed', 2]);
    assert.deepEqual(sent, []);
  });

  it('makes a revision visible with its last part, and counts that part as outstanding until then', async () => {
    const refused: PartAnswer = { delivered: false, reason: 'lock timeout', permanent: false };
    const { sync, sent, answered } = world({ commits: [refused] });
    const answer = await sync();
    assert.deepEqual(sent, ['msg_0', 'msg_1', 'msg_2', 'commit of 1']);
    assert.deepEqual(answered, [true, true, false]);
    assert.ok(answer.state === 'failed');
    assert.deepEqual([answer.part, answer.reason, answer.delivered], [2, 'commit: lock timeout', 2]);
    assert.equal((await sync()).state, 'delivered');
  });

  it('fails for good where the destination is no longer configured, its bytes made or not', async () => {
    for (const parts of [null, [part(0)]]) {
      const { sync, sent } = world({ claimed: revision({ destination: 'old', parts }) });
      assert.ok(INPUT.subject.kind === 'content');
      const answer = await sync({ subject: { ...INPUT.subject, plan: { ...PLAN, destination: 'old' } } });
      assert.ok(answer.state === 'failed');
      assert.deepEqual([answer.permanent, answer.reason], [true, 'the organisation acme has no destination old']);
      assert.deepEqual(sent, []);
    }
  });

  it('leaves a revision to whoever is walking it', async () => {
    const { sync, sent } = world({ busy: true });
    assert.equal((await sync()).state, 'busy');
    assert.deepEqual(sent, []);
  });

  it('sends nothing under a number that other bytes have, as a restored ledger may have it', async () => {
    const { sync, sent } = world({ othersBytes: true });
    const answer = await sync({ subject: { kind: 'revision', deliveryId: 'd', revision: 1 } });
    assert.ok(answer.state === 'failed' && answer.permanent);
    assert.match(answer.reason, /other bytes were sent under this revision: read the window again/);
    await assert.rejects(sync(), { type: 'RecordsConflict' });
    assert.deepEqual(sent, []);
  });

  it('stores the bytes of every part before the first attempt, with the rows as they came', async () => {
    const { sync, stored } = world({ claimed: revision({ parts: null }) });
    await sync();
    const text = Buffer.from(stored[0] ?? []).toString();
    assert.match(text, /"metrics":\[\{"n":12345678901234567890\}\]\}$/);
    const { metrics, ...payload } = JSON.parse(text) as Record<string, unknown>;
    assert.ok(Array.isArray(metrics));
    assert.deepEqual(Object.keys(payload), [
      'schemaVersion',
      'deliveryId',
      'revision',
      'part',
      'timestamp',
      'org',
      'queryId',
      'series',
      'report',
      'window',
      'summary',
      'sampling',
      'completeness',
      'quality',
    ]);
    assert.deepEqual(payload['part'], { index: 0, count: 1 });
  });

  it('names every payload by its own bytes and place, in whatever order the writes are done', async () => {
    const { sync, stored, fixed } = world({ claimed: revision({ parts: null }) });
    assert.ok(INPUT.subject.kind === 'content');
    await sync({ subject: { ...INPUT.subject, output: { ...OUTPUT, parts: 9 } } });
    const named = stored.map((bytes) => [
      (JSON.parse(Buffer.from(bytes).toString()) as { part: { index: number } }).part.index,
      sha256Of(bytes),
    ]);
    assert.deepEqual(
      fixed.map(({ part: index, body }) => [index, body.sha256]),
      named,
    );
    assert.deepEqual(
      named.map(([index]) => index),
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
    );
    assert.equal(new Set(fixed.map(({ partId }) => partId)).size, 9);
  });

  it('of a redelivery sends acknowledged parts only when told to, and each once', async () => {
    const done = revision({ deliveredBy: 'another run', parts: [part(0, 'x'), part(1, 'x'), part(2, 'x')] });
    const subject = { kind: 'revision', deliveryId: PLAN.deliveryId, revision: 1 } as const;
    const outstanding = world({ claimed: done });
    assert.equal((await outstanding.sync({ subject, runKey: 'redelivery' })).state, 'unchanged');
    assert.deepEqual(outstanding.sent, []);
    const everything = world({ claimed: done, sentBefore: [0] });
    assert.equal(
      (await everything.sync({ subject: { ...subject, resend: true }, runKey: 'redelivery' })).state,
      'delivered',
    );
    assert.deepEqual(everything.sent, ['msg_1', 'msg_2']);
  });
});
