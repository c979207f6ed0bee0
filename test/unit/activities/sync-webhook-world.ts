import { setImmediate } from 'node:timers/promises';
import type {
  DatasetStore,
  DeliveryLedger,
  LedgerPart,
  LedgerRevision,
  PartAnswer,
  RowPipeline,
  RunRecords,
} from '../../../src/ports/index.js';
import type { Report } from '../../../src/contract/result/report.js';
import { syncWebhook, type SyncWebhookInput } from '../../../src/activities/aggregate/sync-webhook.js';
import { payloadBytes } from '../../../src/destinations/webhook/payload.js';
import { sha256Of } from '../../../src/datasets/blobs/blob-store.js';
import { OUTPUT, PLAN } from '../../support/workflow/fake-activities.js';
import { aDestination, aDirectory, TAKEN } from '../../support/sources/directory.js';
import { runActivity, STILL } from '../../support/run-activity.js';

export const BUSY: PartAnswer = { delivered: false, status: 503, reason: '503', permanent: false, retryAfterMs: 9_000 };

export const part = (index: number, deliveredAt: string | null = null): LedgerPart => ({
  part: index,
  partId: `msg_${index}`,
  body: { scope: `deliveries/${PLAN.deliveryId}`, sha256: String(index), bytes: 1 },
  rows: 1,
  deliveredAt,
});

export function revision(change: Partial<LedgerRevision> = {}): LedgerRevision {
  const { deliveryId, org, destination, window } = PLAN;
  const own = { deliveryId, revision: 1, org, destination, window, queryId: 'q', contentHash: OUTPUT.contentHash };
  const asked = { series: PLAN.series, report: PLAN.report };
  return {
    ...own,
    ...asked,
    claimedBy: PLAN.runKey,
    claimedAt: '2026-11-10T00:00:00Z',
    deliveredBy: null,
    parts: [part(0), part(1), part(2)],
    ...change,
  };
}

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the inferred type names the fakes; writing it out would repeat them
export function world(options: {
  claimed?: LedgerRevision;
  answers?: readonly PartAnswer[];
  known?: PartAnswer & { part: number };
  busy?: boolean;
  /** Parts that this run sent in an earlier attempt. */
  sentBefore?: readonly number[];
  /** Other bytes went out under the number. */
  othersBytes?: boolean;
  /** What the records have of the series. */
  settings?: Report;
  /** What a destination that has a commit says to it, in turn. */
  commits?: PartAnswer[];
}) {
  const claimed = options.claimed ?? revision();
  const sent: string[] = [];
  const recorded: number[] = [];
  const answered: boolean[] = [];
  const stored: Uint8Array[] = [];
  const fixed: Omit<LedgerPart, 'deliveredAt'>[] = [];
  const ledger: DeliveryLedger = {
    claim: () => Promise.resolve(claimed),
    explain: () => Promise.resolve(),
    fixParts: (_key, parts) => {
      fixed.push(...parts);
      return Promise.resolve(parts.map((each) => ({ ...each, deliveredAt: null })));
    },
    walk: (_key, work) =>
      options.busy
        ? Promise.resolve('busy')
        : work(claimed.parts === null ? revision({ parts: [part(0)] }) : claimed, new AbortController().signal),
    recordAnswer: ({ part: index }, { delivered }) => {
      recorded.push(index);
      answered.push(delivered);
      return Promise.resolve();
    },
    answerOf: () => Promise.resolve(options.known ?? null),
    findAll: () => Promise.resolve([{ ...claimed, latestDelivered: null }]),
    partsBy: () => Promise.resolve(options.sentBefore ?? []),
  };
  const destination = aDestination({
    encode: (header, { json }) => Promise.resolve(payloadBytes(header, json)),
    deliver: ({ partId }) => {
      sent.push(partId);
      return Promise.resolve(options.answers?.[sent.length - 1] ?? TAKEN);
    },
    ...(options.commits && {
      commit: ({ revision: number }) => {
        sent.push(`commit of ${number}`);
        return Promise.resolve(options.commits?.shift() ?? TAKEN);
      },
    }),
  });
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
    sent: { highest: () => Promise.resolve(0), note: () => Promise.resolve(options.othersBytes !== true) },
    directory: aDirectory({ destination }),
    datasets: datasets as DatasetStore,
    pipeline: pipeline as RowPipeline,
    runs: { reportOf: () => Promise.resolve(options.settings ?? null) } as Partial<RunRecords> as RunRecords,
    ambient: STILL,
    memory: { asTaken: (rows) => rows },
  });
  return {
    sent,
    recorded,
    answered,
    stored,
    fixed,
    sync: (change: Partial<SyncWebhookInput> = {}) => runActivity(activity, { ...INPUT, ...change }),
  };
}

export const INPUT: SyncWebhookInput = {
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
