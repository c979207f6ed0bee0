import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditTable } from '../../../src/cli/audit/audit.js';
import { renderBackfill } from '../../../src/cli/backfill/backfill-report.js';
import { datasetTable } from '../../../src/cli/datasets/datasets.js';
import { plain } from '../../../src/cli/terminal/paint.js';
import { runTable } from '../../../src/cli/runs/runs.js';
import { scheduleTable } from '../../../src/cli/schedules/schedules.js';
import { historyTable } from '../../../src/cli/runs/show-run.js';
import type { Screen } from '../../../src/cli/terminal/terminal.js';
import { widthOf } from '../../../src/text/text-width.js';
import type { RunSummary, ScheduleDescription } from '../../../src/client.js';
import type { BackfillResult } from '../../../src/contract/result/backfill-result.js';
import type { DatasetStanding } from '../../../src/datasets/retention/retention.js';
import type { AuditListing } from '../../../src/ports/index.js';
import { REPORT } from '../../support/workflow/fake-activities.js';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const AT = '2026-11-23T11:57:00Z';
const RUN = 'journey-acme-20261101T0000Z-20261108T0000Z-1a2b3c4d-2';
/** Ids and texts of others: as long as they may be, in letters that are two columns wide, and with an emoji. */
const WIDE = `東京支店の夜間集計-${'長い名前'.repeat(12)}-🙂`;

const run: RunSummary = {
  workflowId: RUN,
  runId: '01a20827',
  state: 'completed',
  outcome: 'undelivered',
  org: 'acme',
  windowFrom: AT,
  window: { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z', timeZone: 'UTC', label: '2026-10-01..2026-10-31' },
  series: 'a1b2c3d4e5f60718',
  report: { ...REPORT, name: 'nightly completion' },
  findings: { returned: 280, delivered: 272, warnings: 1, missing: 2, expected: 31 },
  startedAt: AT,
  closedAt: '2026-11-23T11:59:30Z',
};
const entry: AuditListing = {
  timestamp: AT,
  queryId: 'q',
  latency_ms: 1,
  accuracy_rate: 100,
  rows_processed: 12_000,
  status: 'completed',
  kind: 'reconciled',
  org: 'acme',
  workflowId: RUN,
  runKey: 'k',
  requester: WIDE,
  queryHash: null,
  series: null,
  report: null,
  window: null,
  rows: null,
  delivery: null,
  failureType: 'QueryDeadlineExceeded',
  failureMessage: null,
  seq: 4_711,
  effectId: 'e',
  recordedAt: AT,
  hash: 'h',
  outcome: 'completed',
  startedAt: AT,
};
const standing: DatasetStanding = {
  scope: 'deliveries/7ab32d22c58f96b515f0d130131ada2b',
  state: 'undelivered',
  workflowId: WIDE,
  bytes: 123_456_789,
  writtenAt: Date.parse(AT),
  expiresAt: NOW + 86_400_000,
};
const schedule: ScheduleDescription = {
  id: 'nightly-journeys-of-the-whole-of-emea-and-then-some',
  request: { query: { metric: ['journeyStarted'] }, window: { relative: 'last-7-days' } },
  every: 'day',
  at: '05:00',
  timeZone: 'America/Argentina/ComodRivadavia',
  lookback: 3,
  jitter: '5 minutes',
  catchUp: '30 days',
  paused: false,
  note: WIDE,
  nextTimes: ['2026-11-24T08:00:00Z'],
  started: 1,
  missed: 0,
  skipped: 0,
  overlap: 'ALLOW_ALL',
  createdAt: AT,
};
const backfill: BackfillResult = {
  workflowId: 'backfill-acme-20240101T0000Z-20260101T0000Z-1a2b3c4d',
  runId: 'r',
  outcome: 'incomplete',
  timeZone: 'UTC',
  range: { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' },
  slices: { total: 1, completed: 0, unchanged: 0, undelivered: 0, failed: 1, running: 0, waiting: 0, halved: 0 },
  rows: { returned: 0, delivered: 0, sent: 0 },
  findings: { withWarnings: 0, withoutRows: 0, missing: 0 },
  failures: [
    {
      from: '2026-11-01T00:00:00Z',
      to: '2026-11-02T00:00:00Z',
      workflowId: WIDE,
      type: 'QueryDeadlineExceeded',
      message: WIDE,
    },
  ],
  left: { slices: [] },
  partsOfBuckets: 0,
};

/** Only the table at the end of a report. */
function failuresAt(columns: number | undefined): string {
  return renderBackfill(backfill, { columns, paint: plain, url: undefined }).split('\n\n').at(-1) ?? '';
}

const TABLES: Readonly<Record<string, (screen: Screen) => string>> = {
  'runs list': (screen) => runTable('RUN', [run, { ...run, workflowId: WIDE }], screen),
  'audit list': (screen) => auditTable([entry, { ...entry, workflowId: WIDE }], screen),
  'datasets list': (screen) => datasetTable([standing], screen),
  'schedules list': (screen) => scheduleTable([schedule, { ...schedule, id: WIDE }], screen),
  'runs show --history': ({ columns }) =>
    historyTable([{ eventId: '1', eventTime: AT, eventType: `EVENT_TYPE_${'TIMER_'.repeat(20)}` }], columns),
  'the failures of a backfill': ({ columns }) => failuresAt(columns),
};

for (const [name, table] of Object.entries(TABLES)) {
  for (const columns of [40, 80, 120]) {
    test(`${name} fits into ${columns} columns, whatever the ids`, () => {
      const lines = table({ now: () => NOW, columns }).split('\n');
      for (const line of lines) assert.ok(widthOf(line) <= columns, `${widthOf(line)} columns: ${line}`);
      const whole = table({ now: () => NOW, columns: undefined }).split('\n');
      assert.equal(lines.length, whole.length);
    });
  }
}

test('an id of ours is whole at 80 columns, and beside it, in full, how the run is and since when', () => {
  const screen: Screen = { now: () => NOW, columns: 80 };
  const [, listed = ''] = runTable('RUN', [run], screen).split('\n');
  assert.match(listed, new RegExp(`^${RUN} +undelivered +3 min ago$`));
  const first = RUN.replace(/-2$/, '');
  const [, audited = ''] = auditTable([{ ...entry, workflowId: first }], screen).split('\n');
  assert.match(audited, new RegExp(`^4711 +${first} +completed +3 min ago$`));
});

test('times are told as they are from now', () => {
  const screen: Screen = { now: () => NOW, columns: undefined };
  assert.match(runTable('RUN', [run], screen), / 3 min ago +2 min 30 s$/);
  assert.match(auditTable([entry], screen), / 3 min ago /);
  assert.match(datasetTable([standing], screen), / 3 min ago +undelivered +in 1 d /);
  assert.match(scheduleTable([schedule], screen), / Tue 2026-11-24 05:00 \(in 20 h\) /);
});
