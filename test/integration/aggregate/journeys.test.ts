import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import type { ReportingSettingsInput } from '../../../simulator/reporting/settings.js';
import { startReceiver, type Receiver } from '../../../simulator/receiver/server.js';
import { DEFAULT_WEBHOOK_SECRET } from '../../../simulator/receiver/signature.js';
import { createActivities } from '../../../src/activities/index.js';
import type { AggregateRequest, AggregateResult } from '../../../src/client.js';
import { createDirectory } from '../../../src/composition/directory/directory.js';
import { createFilesDestination } from '../../../src/destinations/files/files-destination.js';
import { createWebhookDestination } from '../../../src/destinations/webhook/webhook-destination.js';
import { METRICS } from '../../../src/domain/journeys/rows/metrics.js';
import type { ExplainedDelivery } from '../../../src/contract/result/explanation.js';
import type { ObjectPlace, RecordGrain } from '../../../src/ports/index.js';
import { openRecords } from '../../../src/records/open-records.js';
import { explainer } from '../../../src/report/explain/explain-series.js';
import { createContactsSource } from '../../../src/sources/contacts/source.js';
import { memoryPlace } from '../../support/destinations/memory-place.js';
import { accessOf } from '../../support/sources/csv-source.js';
import { fieldForTests } from '../../support/sources/fault-field.js';
import { referenceRows, truthOf } from '../../support/sources/journey-truth.js';
import { definitionOf } from '../../unit/journeys/journeys-fixtures.js';

const field = fieldForTests(0.5);
const DAY_MS = 86_400_000;
const FROM = Date.parse('2026-10-05T00:00:00Z');
const definition = definitionOf({ contained: 'none' });

interface Tenant {
  readonly cxone: Simulator;
  readonly receiver: Receiver;
  readonly clock: { now: number };
  /** Runs once, and waits for the end. */
  aggregate(change?: Partial<AggregateRequest>): Promise<AggregateResult>;
  /** Lines of the newest file of journeys or legs. */
  records(grain: RecordGrain): readonly Record<string, unknown>[];
  /** Why there is more than the first revision of a day. */
  changes(series: string, date: string): Promise<ExplainedDelivery['changes']>;
  /** The rows that count at the receiver. */
  rows(): readonly Record<string, unknown>[];
}

/** Files of journeys or legs, in memory. */
function recordFiles(grain: RecordGrain) {
  const { place, objects } = memoryPlace();
  const ambient = { now: Date.now, random: () => 0.5 };
  const open = (): Promise<ObjectPlace> => Promise.resolve(place);
  return {
    destination: createFilesDestination({ url: `memory:${grain}`, open, format: 'ndjson', grain, ambient }),
    lines: () => {
      const name = [...objects.keys()]
        .filter((each) => /^org=.*part-0/.test(each))
        .sort()
        .at(-1);
      const text = objects.get(name ?? '')?.toString() ?? '';
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

/** An organisation whose contacts are simulated, with a clock of its own. */
async function startTenant(t: TestContext, settings: ReportingSettingsInput = {}): Promise<Tenant> {
  const org = `org-${randomUUID().slice(0, 8)}`;
  const clock = { now: FROM + 30 * DAY_MS };
  const cxone = await startSimulator({ now: () => clock.now, reporting: { settings } });
  const receiver = await startReceiver();
  const ambient = { now: () => clock.now, random: () => 0.5 };
  const source = createContactsSource({
    ...accessOf(cxone.url, clock),
    org,
    apiVersion: 'v34.0',
    definition,
    afterCallWork: 'beside-total',
    reconcileTolerance: 0.01,
  });
  const bi = createWebhookDestination({
    address: { url: new URL(receiver.webhookUrl), secrets: [DEFAULT_WEBHOOK_SECRET], allowPrivate: true },
    limits: { maxRows: 1_000, maxBytes: 500_000 },
    ambient: { now: Date.now, random: () => 0.5 },
    version: 'test',
  });
  const records = { journeys: recordFiles('journeys'), legs: recordFiles('legs') };
  t.after(() => Promise.all([source.close(), bi.close(), cxone.stop(), receiver.stop()]));
  const directory = createDirectory({
    defaultOrg: org,
    defaultDestination: 'bi',
    orgs: { [org]: { defaultSource: 'journeys', sources: { journeys: source } } },
    destinations: { bi, journeys: records.journeys.destination, legs: records.legs.destination },
  });
  field().admit(org, createActivities({ ...field().shared, ambient, directory }));
  return {
    cxone,
    receiver,
    clock,
    async aggregate(change) {
      const query = {
        metric: ['journeyCompletionRate', 'journeyAnswerRate', 'averageJourneyDuration'],
        dimension: ['queue', 'channel'],
        dateFrom: '2026-10-05',
        dateTo: '2026-10-07',
      };
      const request = { org, source: 'journeys', timeZone: 'America/Chicago', query, ...change };
      const run = await field().client.start(request, { again: true });
      return run.result();
    },
    async changes(series, date) {
      const { signal } = new AbortController();
      const opened = await openRecords({ url: field().databaseUrl, now: Date.now, signal });
      const explain = explainer({ records: opened.explanations, datasets: field().shared.datasets });
      const { deliveries } = await explain({ series, date, orgs: [org] }, signal);
      await opened.close();
      return deliveries[0]?.changes ?? [];
    },
    records: (grain) => records[grain].lines(),
    rows: () => [...receiver.windows().values()].flatMap(({ rows }) => rows as Record<string, unknown>[]),
  };
}

test('rows delivered are those of the journeys that the simulator made, in the zone of the request', async (t) => {
  const tenant = await startTenant(t, { journeysPerDay: 60, late: 0, restated: 0, wideIds: true });
  const result = await tenant.aggregate();
  assert.equal(result.outcome, 'completed', JSON.stringify(result.delivery));
  const truth = truthOf(tenant.cxone.reporting, FROM, 30);
  const days = ['2026-10-05', '2026-10-06'].map((label, day) => ({
    label,
    fromMs: FROM + 5 * 3_600_000 + day * DAY_MS,
    toMs: FROM + 5 * 3_600_000 + (day + 1) * DAY_MS,
  }));
  const { settings } = definition;
  const metrics = Object.keys(tenant.rows()[0] ?? {}).filter((key) => METRICS.some(({ metric }) => metric === key));
  const expected = referenceRows(truth, settings, days, ['queue', 'channel'], metrics);
  assert.ok(expected.length > 10);
  assert.deepEqual(tenant.rows(), expected);
  assert.deepEqual(
    metrics.filter((name) => ['journeyStarted', 'journeyCompleted', 'journeyQueued', 'journeyOpen'].includes(name)),
    ['journeyQueued', 'journeyStarted', 'journeyCompleted', 'journeyOpen'],
    'a rate comes with what it divides',
  );
  assert.equal(result.journeys?.state, 'final');
  assert.equal(result.quality.warnings.length, 0, JSON.stringify(result.quality.warnings));
  assert.equal(result.journeys.reconciliation?.state, 'reconciled');
  const payloads = JSON.stringify([...tenant.receiver.windows().values()]);
  assert.ok(!payloads.includes('econcil'), 'a payload has what was asked for');
});

test('late legs are a revision, and a reading that found nothing new is none', async (t) => {
  const tenant = await startTenant(t, {
    ...{ journeysPerDay: 60, late: 0.2, restated: 0, held: true },
    only: ['answered', 'transferred'],
  });
  const query = { metric: ['journeyTransferRate'], dateFrom: '2026-10-05', dateTo: '2026-10-06' };
  const ask = (): Promise<AggregateResult> => tenant.aggregate({ query, timeZone: 'UTC' });
  const [first, again] = [await ask(), await ask()];
  tenant.cxone.reporting.change({ held: false });
  const late = await ask();
  assert.deepEqual(
    [first, again, late].map(({ outcome, delivery }) => [outcome, delivery.revision]),
    [
      ['completed', 1],
      ['unchanged', 1],
      ['completed', 2],
    ],
  );
  const truth = truthOf(tenant.cxone.reporting, FROM, 30);
  const metrics = ['journeyStarted', 'journeyOpen', 'journeyTransferred', 'journeyTransferRate'];
  const day = { label: '2026-10-05', fromMs: FROM, toMs: FROM + DAY_MS };
  assert.deepEqual(tenant.rows(), referenceRows(truth, definition.settings, [day], [], metrics));
  const [change, ...others] = await tenant.changes(first.series, '2026-10-05');
  const [{ cause, count } = {}] = change?.causes ?? [];
  assert.deepEqual([others.length, change?.revision, change?.causes?.length, cause], [0, 2, 1, 'late-legs']);
  assert.deepEqual([count, change?.contactsState], [change?.contacts.length, 'kept']);
  const known = new Set(truth.map(({ contactId }) => contactId));
  assert.ok(change?.contacts.every(({ contactId, journeyId }) => known.has(contactId) && known.has(journeyId)));
});

test('a window is provisional until its horizons have passed, and final with the next reading', async (t) => {
  const tenant = await startTenant(t, { journeysPerDay: 60, late: 0, restated: 0, only: ['answered'] });
  const query = { metric: ['journeyAnswered'], dateFrom: '2026-10-05', dateTo: '2026-10-07' };
  const ask = (): Promise<AggregateResult> => tenant.aggregate({ query, timeZone: 'UTC' });
  tenant.clock.now = FROM + 1.5 * DAY_MS;
  const early = await ask();
  assert.equal(early.journeys?.state, 'provisional');
  assert.deepEqual(
    tenant.rows().map(({ date }) => date),
    ['2026-10-05', '2026-10-06'],
  );
  tenant.clock.now = FROM + 30 * DAY_MS;
  const settled = await ask();
  assert.equal(settled.journeys?.state, 'final');
  assert.deepEqual([early.delivery.revision, settled.delivery.revision], [1, 2]);
  const [change] = await tenant.changes(early.series, '2026-10-05');
  assert.deepEqual(
    change?.causes?.map(({ cause }) => cause),
    ['settled'],
    'what began after the reading was not late',
  );
  assert.deepEqual(
    tenant.rows().map(({ journeyOpen }) => journeyOpen),
    [0, 0],
  );
});

test('a bucket without journeys is known to be zero: counts of 0, rates of null', async (t) => {
  const tenant = await startTenant(t, { journeysPerDay: 5, emptyDays: ['2026-10-06'], only: ['answered'] });
  const query = { metric: ['journeyAnswerRate'], dateFrom: '2026-10-05', dateTo: '2026-10-07' };
  const result = await tenant.aggregate({ query, timeZone: 'UTC' });
  assert.deepEqual(tenant.rows().at(-1), {
    date: '2026-10-06',
    journeyQueued: 0,
    journeyAnswered: 0,
    journeyAnswerRate: null,
    journeyOpen: 0,
  });
  assert.equal(result.completeness.missingCount, 0);
});

test('journeys and legs go to destinations of their grain, one record each, and are a revision of their own', async (t) => {
  const tenant = await startTenant(t, { journeysPerDay: 40, late: 0, restated: 0, wideIds: true });
  const destination = ['bi', 'journeys', 'legs'];
  const query = { metric: ['journeyStarted'], dateFrom: '2026-10-05', dateTo: '2026-10-07' };
  const result = await tenant.aggregate({ query, destination });
  assert.equal(result.outcome, 'completed', JSON.stringify(result.deliveries));
  const [bi, journeys, legs] = result.deliveries;
  const [started, contacts] = [tenant.records('journeys'), tenant.records('legs')];
  assert.deepEqual([started.length, contacts.length], [journeys?.rows, legs?.rows]);
  assert.ok((legs?.rows ?? 0) > (journeys?.rows ?? 0) && (journeys?.rows ?? 0) > (bi?.rows ?? 0));
  const { rootId, _revision, _series } = started[0] ?? {};
  assert.deepEqual([typeof rootId, _revision, _series], ['string', 1, result.series]);
  assert.ok(contacts.some((contact) => contact['rootId'] === rootId));
  const again = await tenant.aggregate({ query, destination });
  assert.deepEqual(
    again.deliveries.map(({ outcome }) => outcome),
    ['unchanged', 'unchanged', 'unchanged'],
  );
});
