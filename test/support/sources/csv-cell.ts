import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import { startReceiver, type Receiver } from '../../../simulator/receiver/server.js';
import { DEFAULT_WEBHOOK_SECRET } from '../../../simulator/receiver/signature.js';
import type { ActivityDependencies } from '../../../src/activities/index.js';
import type { AggregateRequest, RunHandle } from '../../../src/client.js';
import { createDirectory } from '../../../src/composition/directory/directory.js';
import { createWebhookDestination } from '../../../src/destinations/webhook/webhook-destination.js';
import { checkAuditedEnd } from './audited-end.js';
import {
  accepted,
  CALLS,
  customReportOf,
  dataExtractionOf,
  EVALUATIONS,
  question,
  readAll,
  rowsIn,
} from './csv-source.js';
import { NOW } from './cxone-real.js';
import type { Ended } from './fault-cell.js';
import type { Field } from './fault-field.js';

/** The two kinds of sources whose result is one CSV. */
export type CsvKind = 'data-extraction' | 'custom-report';

/** One run on such a source, of an organisation with a tenant and a receiver of its own. */
export interface CsvCell {
  readonly cxone: Simulator;
  readonly receiver: Receiver;
  readonly dependencies: ActivityDependencies;
  readonly org: string;
  /** What the tenant has of the window, read from one that nothing happens to. */
  readonly expected: readonly object[];
  readonly request: AggregateRequest;
}

/** As short as the gap may be. */
const GAP_MS = 1_000;
/** Every row once, and none that a tenant adds later. */
const SETTINGS = { jobGapS: 0, jobPolls: 0, late: 0, restated: 0, journeysPerDay: 20 };

export async function startCsvCell(
  t: TestContext,
  { shared }: Field,
  { kind, faults }: { readonly kind: CsvKind; readonly faults: FaultSchedule },
): Promise<CsvCell> {
  const org = `org-${randomUUID().slice(0, 8)}`;
  const start = (own: FaultSchedule): Promise<Simulator> =>
    startSimulator({ now: () => NOW, reporting: { settings: SETTINGS }, faults: own });
  const [cxone, calm, receiver] = await Promise.all([start(faults), start({ script: [] }), startReceiver()]);
  const open = (tenant: Simulator) =>
    kind === 'custom-report'
      ? customReportOf(t, tenant, { org })
      : dataExtractionOf(t, tenant, { now: NOW }, { org, gapMs: GAP_MS });
  const bi = createWebhookDestination({
    address: { url: new URL(receiver.webhookUrl), secrets: [DEFAULT_WEBHOOK_SECRET], allowPrivate: true },
    limits: { maxRows: 1_000, maxBytes: 500_000 },
    ambient: shared.ambient,
    version: 'test',
  });
  t.after(() => Promise.all([bi.close(), cxone.stop(), calm.stop(), receiver.stop()]));
  const mapping = kind === 'custom-report' ? CALLS : EVALUATIONS;
  const asked = question(mapping, '2026-10-05T00:00:00Z', '2026-10-07T00:00:00Z');
  const clean = open(calm);
  const expected = rowsIn((await readAll(clean, asked, await accepted(clean, asked))).pages);
  const directory = createDirectory({
    defaultOrg: org,
    defaultDestination: 'bi',
    orgs: { [org]: { defaultSource: 'csv', sources: { csv: open(cxone) } } },
    destinations: { bi },
  });
  const { metric, dimension } = asked.query;
  const query = { metric: [...metric], dimension: [...dimension], dateFrom: '2026-10-05', dateTo: '2026-10-07' };
  return {
    ...{ cxone, receiver, org, expected },
    dependencies: { ...shared, directory },
    request: { org, timeZone: 'UTC', query },
  };
}

/**
 * What holds for every cell: the end that was promised, one audit entry that says so, all rows of the tenant or none,
 * delivered once, and no job at the tenant that is neither the run's nor on record.
 */
export async function checkCsvCell(
  { cxone, receiver, expected }: CsvCell,
  databaseUrl: string,
  run: RunHandle,
  ended: Ended,
  {
    ends,
    orphans = 0,
    generations = 1,
  }: { readonly ends: string; readonly orphans?: number; readonly generations?: number },
): Promise<void> {
  const failed = await checkAuditedEnd(databaseUrl, run, ended, ends);
  const delivered = [...receiver.windows().values()].map(({ rows }) => rows);
  assert.deepEqual(delivered.map(sorted), failed ? [] : [sorted(expected)], 'the rows of the tenant, or nothing');
  assert.equal(receiver.journal.count({ verdict: 'duplicate' }), 0);
  const jobs = cxone.journal.count({ operation: 'job', effect: true });
  if (!failed && jobs > 0) assert.equal(jobs, generations + orphans, 'jobs at the tenant');
}

function sorted(rows: readonly unknown[]): readonly string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row as object).sort())).sort();
}
