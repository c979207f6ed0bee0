import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type {
  DatasetStore,
  DeliveryLedger,
  LedgerPart,
  LedgerRevision,
  PartAnswer,
  RowPipeline,
  WebhookSender,
} from '../../../src/ports/index.js';
import { syncWebhook, type SyncWebhookInput } from '../../../src/activities/aggregate/sync-webhook.js';
import { sha256Of } from '../../../src/datasets/blobs/blob-store.js';
import { OUTPUT, PLAN } from '../../support/workflow/fake-activities.js';
import { runActivity, STILL } from '../../support/run-activity.js';

const OK: PartAnswer = { status: 200, reason: '200', permanent: false };
const BUSY: PartAnswer = { status: 503, reason: '503', permanent: false, retryAfterMs: 9_000 };

const part = (index: number, deliveredAt: string | null = null): LedgerPart => ({
  part: index,
  webhookId: `msg_${index}`,
  body: { scope: `deliveries/${PLAN.deliveryId}`, sha256: String(index), bytes: 1 },
  rows: 1,
  deliveredAt,
});

function revision(change: Partial<LedgerRevision> = {}): LedgerRevision {
  const { deliveryId, org, destination, window } = PLAN;
  const own = { deliveryId, revision: 1, org, destination, window, queryId: 'q', contentHash: OUTPUT.contentHash };
  return { ...own, claimedBy: PLAN.runKey, deliveredBy: null, parts: [part(0), part(1), part(2)], ...change };
}

function world(options: {
  claimed?: LedgerRevision;
  answers?: readonly PartAnswer[];
  known?: PartAnswer & { part: number };
  busy?: boolean;
}) {
  const claimed = options.claimed ?? revision();
  const sent: string[] = [];
  const recorded: number[] = [];
  const stored: Uint8Array[] = [];
  const fixed: Omit<LedgerPart, 'deliveredAt'>[] = [];
  const ledger: DeliveryLedger = {
    claim: () => Promise.resolve(claimed),
    fixParts: (_key, parts) => {
      fixed.push(...parts);
      return Promise.resolve(parts.map((each) => ({ ...each, deliveredAt: null })));
    },
    walk: (_key, work) =>
      options.busy ? Promise.resolve('busy') : work(claimed.parts === null ? revision({ parts: [part(0)] }) : claimed),
    recordAnswer: ({ part: index }) => {
      recorded.push(index);
      return Promise.resolve();
    },
    answerOf: () => Promise.resolve(options.known ?? null),
    find: () => Promise.resolve({ ...claimed, latestDelivered: null }),
  };
  const sender: WebhookSender = {
    signs: () => true,
    send: ({ webhookId }) => {
      sent.push(webhookId);
      return Promise.resolve(options.answers?.[sent.length - 1] ?? OK);
    },
  };
  const datasets: Pick<DatasetStore, 'get' | 'put'> = {
    get: () => Promise.resolve(new Uint8Array()),
    put: async (scope, bytes) => {
      const position = stored.push(bytes);
      // Those that were begun first are done last.
      for (let turn = position; turn < 8; turn += 1) await setImmediate();
      return { scope, sha256: sha256Of(bytes), bytes: bytes.length };
    },
  };
  const pipeline: Pick<RowPipeline, 'parts' | 'rollup'> = {
    rollup: () => Promise.resolve(undefined),
    async *parts(output) {
      await Promise.resolve();
      for (let index = 0; index < output.parts; index += 1) {
        yield { rows: 1, json: ['[', '{"n":12345678901234567890}', ']'].map((piece) => Buffer.from(piece)) };
      }
    },
  };
  // The activity uses no other part of these two ports.
  const activity = syncWebhook({
    ledger,
    sender,
    datasets: datasets as DatasetStore,
    pipeline: pipeline as RowPipeline,
    ambient: STILL,
  });
  return {
    sent,
    recorded,
    stored,
    fixed,
    sync: (change: Partial<SyncWebhookInput> = {}) => runActivity(activity, { ...INPUT, ...change }),
  };
}

const INPUT: SyncWebhookInput = {
  runKey: PLAN.runKey,
  attempt: 1,
  subject: {
    kind: 'content',
    plan: PLAN,
    output: OUTPUT,
    queryId: 'q',
    timestamp: '2026-11-10T00:00:00Z',
    workflowId: 'w',
  },
};

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
    const { sync, sent } = world({ answers: [OK, BUSY] });
    const answer = await sync();
    assert.deepEqual(answer, {
      state: 'failed',
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

  it('leaves a revision to whoever is walking it', async () => {
    const { sync, sent } = world({ busy: true });
    assert.equal((await sync()).state, 'busy');
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
    assert.equal(new Set(fixed.map(({ webhookId }) => webhookId)).size, 9);
  });

  it('of a redelivery sends acknowledged parts only when told to, from where it is told to', async () => {
    const done = revision({ deliveredBy: 'another run', parts: [part(0, 'x'), part(1, 'x'), part(2, 'x')] });
    const subject = { kind: 'revision', deliveryId: PLAN.deliveryId, revision: 1 } as const;
    const outstanding = world({ claimed: done });
    assert.equal((await outstanding.sync({ subject, runKey: 'redelivery' })).state, 'unchanged');
    assert.deepEqual(outstanding.sent, []);
    const everything = world({ claimed: done });
    assert.equal(
      (await everything.sync({ subject: { ...subject, resendFrom: 1 }, runKey: 'redelivery' })).state,
      'delivered',
    );
    assert.deepEqual(everything.sent, ['msg_1', 'msg_2']);
  });
});
