import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { DEFAULT_TENANT } from '../../../simulator/cxone/credentials.js';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import type { SimulatorOptions } from '../../../simulator/cxone/options.js';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import { startReceiver, type Receiver } from '../../../simulator/receiver/server.js';
import { DEFAULT_WEBHOOK_SECRET } from '../../../simulator/receiver/signature.js';
import type { ActivityDependencies } from '../../../src/activities/index.js';
import type { AuditEntry } from '../../../src/ports/index.js';
import {
  JourneyMetricsError,
  type AggregateRequest,
  type AggregateResult,
  type RunHandle,
} from '../../../src/client.js';
import { createAnalyticsSource, type AnalyticsSourceOptions } from '../../../src/sources/analytics/source.js';
import { createWebhookDestination } from '../../../src/destinations/webhook/webhook-destination.js';
import { aDirectory, CATALOGUE } from './directory.js';
import type { Field } from './fault-field.js';
import { execute } from '../records/postgres.js';
import { recordedHistory, type RecordedHistory } from '../workflow/history-chain.js';

/** One run of one organisation, with a source and a receiver of its own. */
export interface FaultCell {
  readonly org: string;
  readonly cxone: Simulator;
  readonly receiver: Receiver;
  /** The product's adapters to the two, and everything else as all have it. */
  readonly dependencies: ActivityDependencies;
  request(change?: Partial<AggregateRequest>): AggregateRequest;
}

export interface CellOptions {
  readonly cxone?: SimulatorOptions;
  readonly atReceiver?: FaultSchedule;
  /** Where the product looks for the two, if not where they are. */
  readonly baseUrl?: (actual: URL) => Promise<URL>;
  readonly webhookUrl?: (actual: URL) => Promise<URL>;
  readonly source?: Pick<AnalyticsSourceOptions, 'ca' | 'limits' | 'circuit'>;
  readonly deliveryDeadlineMs?: number;
}

/** Of a result, in pages of four: there are further pages. */
const ROWS = 10;

/** The source takes no notice of `Idempotency-Key`: a submission too many is a query too many, and is seen. */
export async function startCell(t: TestContext, field: Field, options: CellOptions = {}): Promise<FaultCell> {
  const org = `org-${randomUUID().slice(0, 8)}`;
  const { deliveryDeadlineMs, baseUrl = same, webhookUrl = same } = options;
  const cxone = await startSimulator({
    tenants: [{ ...DEFAULT_TENANT, org }],
    data: { rows: ROWS },
    run: { polls: 0 },
    idempotent: false,
    ...options.cxone,
  });
  const receiver = await startReceiver(options.atReceiver === undefined ? {} : { faults: options.atReceiver });
  const { clientId, clientSecret } = DEFAULT_TENANT;
  const { ambient } = field.shared;
  const source = createAnalyticsSource({
    org,
    access: { baseUrl: await baseUrl(new URL(cxone.url)), clientId, clientSecret },
    catalogue: CATALOGUE,
    ambient,
    ...options.source,
  });
  const bi = createWebhookDestination({
    address: {
      url: await webhookUrl(new URL(receiver.webhookUrl)),
      secrets: [DEFAULT_WEBHOOK_SECRET],
      allowPrivate: true,
      ...(deliveryDeadlineMs !== undefined && { deadlineMs: deliveryDeadlineMs }),
    },
    limits: { maxRows: 1_000, maxBytes: 500_000 },
    ambient,
    version: 'test',
  });
  t.after(() => Promise.all([source.close(), bi.close(), cxone.stop(), receiver.stop()]));
  return {
    org,
    cxone,
    receiver,
    dependencies: { ...field.shared, directory: aDirectory({ orgs: [org], source, destination: bi }) },
    request: (change) => ({
      org,
      query: {
        metric: ['journeyCompletionRate'],
        dimension: ['journeyId'],
        dateFrom: '2026-11-01',
        dateTo: '2026-11-08',
        limit: 4,
      },
      processing: { outliers: 'off' },
      ...change,
    }),
  };
}

const same = (actual: URL): Promise<URL> => Promise.resolve(actual);

/** How a run ended. */
export interface Ended {
  readonly end: string;
  readonly result?: AggregateResult;
  /** What the product says of it. */
  readonly said: string;
  readonly history: RecordedHistory;
}

/** Waits for the end; the history is kept, to be replayed. */
export async function endOf(field: Field, run: RunHandle): Promise<Ended> {
  const outcome = await run.result().then(
    (result) => ({ end: result.outcome, result, said: result.delivery.lastFailure ?? '' }),
    (error: unknown) => {
      assert.ok(error instanceof JourneyMetricsError, String(error));
      return { end: error.type === 'RunCancelled' ? 'cancelled' : error.type, said: error.message };
    },
  );
  const history = await recordedHistory(field.temporal, run.workflowId, run.runId ?? '');
  field.keep(history);
  return { ...outcome, history };
}

export interface Promised {
  readonly ends: string;
  readonly orphans?: number;
  readonly generations?: number;
  readonly duplicates?: number;
  readonly freshTokens?: number;
  readonly attempts?: number;
}

/**
 * What holds for every cell, whatever struck: the end that was promised, one audit entry that says so, nothing delivered
 * but the rows of the source, under one identity, and no query at the source that is neither the run's nor on record.
 */
export async function checkCell(
  cell: FaultCell,
  databaseUrl: string,
  run: RunHandle,
  ended: Ended,
  promised: Promised,
): Promise<void> {
  const { end, said, result } = ended;
  assert.equal(end, promised.ends, said);
  const completed = end === 'completed';
  const entries = await execute<{ entry: string }>(databaseUrl, 'SELECT entry FROM audit WHERE workflow_id = $1', [
    run.workflowId,
  ]);
  const { freshTokens, attempts } = promised;
  if (freshTokens !== undefined) {
    assert.equal(cell.cxone.journal.count({ operation: 'token', effect: true }), 1 + freshTokens, 'tokens');
  }
  if (attempts !== undefined) {
    const told = entries.map(({ entry }) => (JSON.parse(entry) as AuditEntry).delivery?.attempts);
    assert.deepEqual([result?.delivery.attempts, ...told], [attempts, attempts], 'delivery attempts');
  }
  const failed = !['completed', 'undelivered', 'cancelled'].includes(end);
  assert.deepEqual(
    entries.map(({ entry }) => JSON.parse(entry) as object).map(statusOf),
    [{ status: failed ? 'failed' : end, failureType: failed ? end : null }],
    'exactly one audit entry, and a true one',
  );
  checkReceiver(cell, completed ? result?.queryId : undefined, promised.duplicates ?? 0);
  await checkQueries(cell, databaseUrl, promised);
}

function statusOf(entry: object): object {
  const { status, failureType } = entry as { status: unknown; failureType: unknown };
  return { status, failureType };
}

function checkReceiver({ cxone, receiver }: FaultCell, queryId: string | undefined, duplicates: number): void {
  const { journal } = receiver;
  const delivered = [...receiver.windows().values()];
  const query = cxone.queries().find((accepted) => accepted.queryId === queryId);
  assert.deepEqual(
    delivered.map(({ rows }) => rows),
    query === undefined ? [] : [[...query.source.rows(0, query.source.total)]],
    'the rows of the source, or nothing',
  );
  const messages = journal.entries({ operation: 'webhook' });
  assert.ok(
    new Set(messages.map(({ webhookId, sha256 }) => `${webhookId ?? ''} ${sha256 ?? ''}`)).size <= 1,
    'one identity',
  );
  assert.equal(journal.count({ verdict: 'duplicate' }), duplicates, 'duplicates only where an answer was lost');
  assert.equal(journal.count({ operation: 'other' }), 0, 'no redirect is followed');
}

async function checkQueries(
  { org, cxone }: FaultCell,
  databaseUrl: string,
  { orphans = 0, generations = 1 }: Promised,
): Promise<void> {
  const [known] = await execute<{ generations: number; orphans: number }>(
    databaseUrl,
    `SELECT count(DISTINCT s.generation)::int AS generations, count(o.orphan_no)::int AS orphans
     FROM runs r LEFT JOIN submissions s USING (run_key) LEFT JOIN submission_orphans o USING (run_key, generation)
     WHERE r.org = $1`,
    [org],
  );
  assert.equal(known?.orphans, orphans, 'suspected orphans on record');
  const keys = new Set(cxone.journal.entries({ operation: 'submit' }).map(({ idempotencyKey }) => idempotencyKey));
  assert.ok(keys.size <= known.generations, 'a submission that is sent again has its key again');
  const queries = cxone.queries().length;
  assert.ok(known.generations <= generations, `${known.generations} generations`);
  assert.ok(queries <= known.generations + orphans, `${queries} queries, ${orphans} orphans on record`);
}
