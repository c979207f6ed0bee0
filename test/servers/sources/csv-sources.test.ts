import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import type { ReportingSettingsInput } from '../../../simulator/reporting/settings.js';
import { startReceiver, type Receiver } from '../../../simulator/receiver/server.js';
import { DEFAULT_WEBHOOK_SECRET } from '../../../simulator/receiver/signature.js';
import { submitQuery } from '../../../src/activities/aggregate/query/submit-query.js';
import { createActivities } from '../../../src/activities/index.js';
import type { AggregateRequest, RunHandle } from '../../../src/client.js';
import { createDirectory } from '../../../src/composition/directory/directory.js';
import { createWebhookDestination } from '../../../src/destinations/webhook/webhook-destination.js';
import type { Source } from '../../../src/ports/index.js';
import {
  CALLS,
  customReportOf,
  dataExtractionOf,
  EVALUATIONS,
  question,
  type Row,
} from '../../support/sources/csv-source.js';
import { between } from '../../support/sources/between.js';
import { aDirectory } from '../../support/sources/directory.js';
import { aGate } from '../../support/sources/gates.js';
import { NOW } from '../../support/sources/cxone-real.js';
import { runActivity } from '../../support/run-activity.js';
import { fieldForTests } from '../../support/sources/fault-field.js';

const field = fieldForTests(0.5);

interface Tenant {
  readonly cxone: Simulator;
  readonly receiver: Receiver;
  start(query: Partial<AggregateRequest['query']>, source: string): Promise<RunHandle>;
  rows(): readonly Row[];
}

/** An organisation with both sources, and with something between them and the activities. */
async function startTenant(
  t: TestContext,
  settings: ReportingSettingsInput = {},
  over: (source: Source) => Source = (source) => source,
): Promise<Tenant> {
  const org = `org-${randomUUID().slice(0, 8)}`;
  const cxone = await startSimulator({ now: () => NOW, reporting: { settings: { jobGapS: 0, ...settings } } });
  const receiver = await startReceiver();
  const bi = createWebhookDestination({
    address: { url: new URL(receiver.webhookUrl), secrets: [DEFAULT_WEBHOOK_SECRET], allowPrivate: true },
    limits: { maxRows: 1_000, maxBytes: 500_000 },
    ambient: { now: Date.now, random: () => 0.5 },
    version: 'test',
  });
  t.after(() => Promise.all([bi.close(), cxone.stop(), receiver.stop()]));
  const qm = dataExtractionOf(t, cxone, { now: NOW }, { gapMs: 0 });
  const directory = createDirectory({
    defaultOrg: org,
    defaultDestination: 'bi',
    orgs: { [org]: { defaultSource: 'qm', sources: { qm, calls: customReportOf(t, cxone) } } },
    destinations: { bi },
  });
  field().admit(org, createActivities({ ...field().shared, directory: between(directory, { source: over }) }));
  return {
    cxone,
    receiver,
    start: (query, source) =>
      field().client.start(
        {
          ...{ org, source, timeZone: 'UTC' },
          query: { metric: ['score'], dateFrom: '2026-10-05', dateTo: '2026-10-08', ...query },
          processing: { rollup: 'on' },
        },
        { again: true },
      ),
    rows: () => [...receiver.windows().values()].flatMap(({ rows }) => rows as Row[]),
  };
}

test('evaluations of Data Extraction are delivered as rows, and their signed address is nowhere in the history', async (t) => {
  const tenant = await startTenant(t);
  const run = await tenant.start({ dimension: ['agent', 'contact'] }, 'qm');
  const result = await run.result();
  assert.equal(result.outcome, 'completed');
  const rows = tenant.rows();
  assert.ok(rows.length > 20);
  assert.deepEqual(Object.keys(rows[0] ?? {}), ['date', 'agent', 'contact', 'score']);
  assert.ok(rows.every(({ date }) => String(date) >= '2026-10-05' && String(date) < '2026-10-08'));
  assert.equal(result.rows.returned, rows.length);
  assert.ok((result.rows.outside ?? 0) > 0, 'rows of other days are counted');
  assert.equal(result.outliers.mode, 'flag');
  assert.deepEqual(result.quality.warnings, []);
  const { workflowId } = result;
  const history = JSON.stringify(
    await field().temporal.workflow.getHandle(workflowId).fetchHistory(),
    (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : value),
  );
  assert.match(history, /pollResult/);
  assert.doesNotMatch(history, /X-Amz-Signature|data-extraction-results/);
});

test('a job that has expired is started once more, and then the run fails', async (t) => {
  const tenant = await startTenant(t, { jobPolls: 0, jobEnds: 'EXPIRED' });
  const run = await tenant.start({}, 'qm');
  await assert.rejects(run.result(), /QueryExpired|gone 2 times/);
  assert.equal(tenant.cxone.journal.entries().filter(({ operation }) => operation === 'job').length, 2);
});

const nothing = (): Promise<void> => Promise.resolve();

test('five POSTs may have lost their answers, then no more are sent', async (t) => {
  const clock = { now: NOW };
  const settings = { jobPolls: 0 };
  const cxone = await startSimulator({ now: () => clock.now, reporting: { settings } });
  t.after(() => cxone.stop());
  const source = dataExtractionOf(t, cxone, clock);
  cxone.faults.add({ script: [{ on: 'job', fault: 'drop-after', times: 9 }] });
  const { submissions } = field().shared;
  const ambient = { now: () => clock.now, random: () => 0.5 };
  const gate = aGate({
    ask: () => Promise.resolve({ state: 'granted' }),
    posted: nothing,
    renew: nothing,
    end: nothing,
  });
  const submit = submitQuery({
    ...{ directory: aDirectory({ source }), gate, submissions, ambient },
    scrub: (text) => text,
  });
  const { query } = question(EVALUATIONS, '2026-10-05T00:00:00Z', '2026-10-06T00:00:00Z');
  const input = {
    runKey: randomUUID().replaceAll('-', ''),
    org: 'acme',
    source: 'analytics',
    query,
    generation: 1,
    priority: 1 as const,
  };
  for (let lost = 1; lost <= 5; lost += 1) {
    const answer = await runActivity(submit, input);
    assert.equal(answer.state === 'later' && answer.reason, 'submission unknown');
    clock.now += 31_000;
  }
  await assert.rejects(runActivity(submit, input), { type: 'SubmissionAmbiguous' });
  assert.equal(cxone.journal.entries().filter(({ operation }) => operation === 'job').length, 5);
});

test('drop-off is refused with the reason, before anything is asked', async (t) => {
  const tenant = await startTenant(t);
  const run = await tenant.start({ metric: ['journeyDropOffRate'] }, 'qm');
  await assert.rejects(run.result(), /abandoned contacts are missing; use a source of kind contacts/);
  assert.equal(tenant.cxone.journal.entries().length, 0);
});

test('a report is delivered as rows; that it has no direction is a warning', async (t) => {
  const tenant = await startTenant(t, { journeysPerDay: 100 });
  const metric = Object.keys(CALLS.metrics);
  const result = await (await tenant.start({ metric, dimension: ['contact'], dateTo: '2026-10-06' }, 'calls')).result();
  assert.equal(result.outcome, 'completed');
  assert.ok(tenant.rows().every(({ abandoned }) => abandoned === 0 || abandoned === 1));
  const [warning, ...others] = result.quality.warnings;
  assert.deepEqual([warning?.kind, warning?.count, others], ['caveat', result.rows.returned, []]);
  assert.match(warning?.message ?? '', /inbound and outbound contacts count together/);
});

test('a file that breaks off in the middle is read on from the last page that is stored', async (t) => {
  // More than 10,000 contacts: two pages.
  let broken = 0;
  const over = (source: Source): Source => ({
    ...source,
    async read(at, signal) {
      const reply = await source.read(at, signal);
      if (reply.state !== 'pages' || broken > 0) return reply;
      const { pages } = reply;
      return {
        state: 'pages',
        pages: (async function* () {
          for await (const page of pages) {
            yield page;
            broken += 1;
            throw new TypeError('the worker lost its connection');
          }
        })(),
      };
    },
  });
  const tenant = await startTenant(t, { journeysPerDay: 9_000, late: 0, restated: 0 }, over);
  const metric = ['queueSeconds'];
  const result = await (await tenant.start({ metric, dateTo: '2026-10-06' }, 'calls')).result();
  assert.equal(broken, 1);
  assert.equal(tenant.cxone.journal.entries().filter(({ operation }) => operation === 'download').length, 2);
  const [total] = [result.rows.returned];
  const once = await startTenant(t, { journeysPerDay: 9_000, late: 0, restated: 0 });
  const again = await (await once.start({ metric, dateTo: '2026-10-06' }, 'calls')).result();
  assert.equal(total, again.rows.returned);
  assert.ok(total > 10_000);
});

test('metrics and dimensions of the two sources are those that are configured', async (t) => {
  const tenant = await startTenant(t);
  const run = await tenant.start({ metric: ['scores'], dimension: ['agents'] }, 'qm');
  await assert.rejects(run.result(), /"scores" is not a known metric: did you mean "score"\?.*"agents" is not/);
  assert.deepEqual(Object.keys(EVALUATIONS.metrics), ['score', 'points']);
});
