import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { activityInfo } from '@temporalio/activity';
import type { ActivityDependencies } from '../../../src/activities/index.js';
import type { RunHandle } from '../../../src/client.js';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import { execute } from '../../support/records/postgres.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { postgresWithRecords } from '../../support/records/records.js';
import { createStop, type Stop } from '../../support/stop.js';
import { between } from '../../support/sources/between.js';
import { until } from '../../support/until.js';

/** Attempts of each step that must have failed before Postgres comes back. */
const FAILED_ATTEMPTS = 3;

interface Point {
  readonly step: 'planRun' | 'submitQuery' | 'syncWebhook' | 'writeAudit';
  /** The window that its run asks for, by which it is known. */
  readonly day: string;
  /** Submissions that the source gets for one query, all but the first with a key that it knows. */
  readonly submissions?: number;
  /** Sendings of the one part, all with the same id and bytes. */
  readonly sendings?: number;
}

/** Where a run stands when Postgres goes: just before it asks it for something, or with an answer to write down. */
const POINTS = {
  plan: { step: 'planRun', day: '2026-10-01' },
  submit: { step: 'submitQuery', day: '2026-10-02' },
  'submit, accepted but not yet recorded': { step: 'submitQuery', day: '2026-10-03', submissions: 2 },
  deliver: { step: 'syncWebhook', day: '2026-10-04' },
  'deliver, acknowledged but not yet recorded': { step: 'syncWebhook', day: '2026-10-05', sendings: 2 },
  audit: { step: 'writeAudit', day: '2026-10-06' },
} as const satisfies Record<string, Point>;

type PointName = keyof typeof POINTS;

const NAMES = Object.keys(POINTS) as PointName[];

const postgres = postgresWithRecords({ ownServers: 'Postgres is stopped, and made read-only' });

/** What the owner of the server says to the sessions that there are, and to those to come. */
async function setReadOnly(url: string, on: 'on' | 'off'): Promise<void> {
  await execute(url, `ALTER SYSTEM SET default_transaction_read_only = ${on}`);
  await execute(url, 'SELECT pg_reload_conf()');
}

type Act = (url: string) => Promise<void>;

const OUTAGES: Record<string, { readonly strike: Act; readonly end: Act }> = {
  gone: { strike: () => postgres.stop(), end: () => postgres.start() },
  'read-only': { strike: (url) => setReadOnly(url, 'on'), end: (url) => setReadOnly(url, 'off') },
};

/** Has each run wait at its own point. */
function withStops(
  { runs, submissions, directory, ledger, audit, ...others }: ActivityDependencies,
  stops: Record<PointName, Stop>,
): ActivityDependencies {
  const pass = async (name: PointName): Promise<void> => {
    const { workflowId } = activityInfo().workflowExecution ?? {};
    if (workflowId?.includes(POINTS[name].day.replaceAll('-', ''))) await stops[name].pass();
  };
  const before =
    <Args extends unknown[], T>(name: PointName, work: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await pass(name);
      return work(...args);
    };
  const afterwards =
    <Args extends unknown[], T>(name: PointName, work: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      const result = await work(...args);
      await pass(name);
      return result;
    };
  return {
    ...others,
    runs: { ...runs, open: before('plan', (...args) => runs.open(...args)) },
    submissions: { ...submissions, begin: before('submit', (...args) => submissions.begin(...args)) },
    directory: between(directory, {
      source: (source) => ({
        ...source,
        submit: afterwards('submit, accepted but not yet recorded', (...args) => source.submit(...args)),
      }),
      destination: (destination) =>
        destination.takes === 'rows'
          ? destination
          : {
              ...destination,
              deliver: afterwards('deliver, acknowledged but not yet recorded', (...args) =>
                destination.deliver(...args),
              ),
            },
    }),
    ledger: { ...ledger, claim: before('deliver', (...args) => ledger.claim(...args)) },
    audit: { ...audit, append: before('audit', (...args) => audit.append(...args)) },
  };
}

function requestFor(product: Product, { day }: Point): AggregateRequest {
  const { query } = product.request();
  const dateTo = day.replace(/\d$/, (digit) => String(Number(digit) + 1));
  return product.request({ query: { ...query, dateFrom: day, dateTo }, processing: { outliers: 'off' } });
}

/** Until the step that the run stands at has failed so often for want of Postgres. */
async function untilFailed({ temporal }: Product, { workflowId }: RunHandle, { step }: Point): Promise<void> {
  const pending = async (): Promise<readonly [string, number]> => {
    const { raw } = await temporal.workflow.getHandle(workflowId).describe();
    const found = raw.pendingActivities?.find(({ activityType }) => activityType?.name === step);
    return [found?.lastFailure?.applicationFailureInfo?.type ?? '', (found?.attempt ?? 1) - 1];
  };
  await until(`failed attempts of ${step}`, pending, ([type, failed]) => {
    return type === 'RecordsUnavailable' && failed >= FAILED_ATTEMPTS;
  });
}

describe('a run, while Postgres', () => {
  let suite: Suite;
  before(async () => {
    suite = await startSuite();
  });
  after(() => suite.stop());

  for (const [outage, { strike, end }] of Object.entries(OUTAGES)) {
    describe(`is ${outage}`, () => {
      let product: Product;
      let url: string;
      const handles = new Map<PointName, RunHandle>();
      before(async () => {
        url = await postgres.database();
        const stops = Object.fromEntries(NAMES.map((name) => [name, createStop()])) as Record<PointName, Stop>;
        product = await suite.product({
          simulator: { cxone: { data: { rows: 30 } } },
          env: { DATABASE_URL: url },
          between: (dependencies) => withStops(dependencies, stops),
        });
        for (const name of NAMES) handles.set(name, await product.client.start(requestFor(product, POINTS[name])));
        await Promise.all(Object.values(stops).map(({ reached }) => reached));
        await strike(url);
        for (const stop of Object.values(stops)) stop.release();
        const failing = [...handles].map(([name, handle]) => untilFailed(product, handle, POINTS[name]));
        await Promise.all(failing).finally(() => end(url));
      });
      after(() => product.stop());

      for (const name of NAMES) {
        it(`waits and finishes, at: ${name}`, async () => {
          const { submissions = 1, sendings = 1 }: Point = POINTS[name];
          const handle = handles.get(name);
          assert.ok(handle);
          const result = await handle.result();
          assert.equal(result.outcome, 'completed');
          const { cxone, receiver } = product.simulator;

          const submitted = cxone.journal.entries({ operation: 'submit', queryId: result.queryId });
          assert.deepEqual([submitted.length, submitted.filter(({ effect }) => effect).length], [submissions, 1]);
          const orphans = await execute(
            url,
            'SELECT FROM submission_orphans JOIN runs USING (run_key) WHERE workflow_id = $1',
            [handle.workflowId],
          );
          assert.equal(orphans.length, submissions - 1, 'what may run upstream unseen is on record');

          const { deliveryId } = result.delivery;
          const [first, ...others] = receiver.journal.entries({ deliveryId });
          const sent = receiver.journal.entries({ webhookId: first?.webhookId ?? '' });
          assert.deepEqual([others.length, sent.length], [0, sendings]);
          assert.equal(new Set(sent.map(({ sha256 }) => sha256)).size, 1);
          const source = cxone.queries().find(({ queryId }) => queryId === result.queryId)?.source;
          assert.deepEqual(receiver.windows().get(deliveryId)?.rows, [...(source?.rows(0, 30) ?? [])]);

          const filter = { limit: 10, workflowId: handle.workflowId };
          const entries = await product.records.auditLog.list(filter, AbortSignal.timeout(10_000));
          assert.deepEqual(
            entries.map(({ kind, status, rows_processed: rows }) => [kind, status, rows]),
            [['run', 'completed', 30]],
          );
        });
      }

      it('leaves a whole audit trail, one entry a run, and no run open', async () => {
        const signal = AbortSignal.timeout(10_000);
        const verified = await product.records.auditLog.verify({}, signal);
        assert.deepEqual([verified.ok, verified.ok && verified.entries], [true, NAMES.length]);
        assert.deepEqual(await product.records.runs.unaudited('2099-01-01T00:00:00Z', 10, signal), []);
      });
    });
  }
});
