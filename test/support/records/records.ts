import type { TestContext } from 'node:test';
import type { AuditEntry, Claim, LedgerPart, PartAnswer, RunRecord } from '../../../src/ports/index.js';
import { openRecords, type Records, type RecordsOptions } from '../../../src/records/open-records.js';
import { testPostgres, type TestPostgres } from './postgres.js';
import { REPORT } from '../workflow/fake-activities.js';

/** A signal that never aborts. */
export const PATIENCE = new AbortController().signal;

/** What `now()` says in tests: 2026-11-09T06:00:00Z. */
export const NOW = Date.UTC(2026, 10, 9, 6);
export const AT = new Date(NOW).toISOString();

/** Postgres whose `database()` has the schema. */
export function postgresWithRecords(options: { ownServers?: string } = {}): TestPostgres {
  const schema = async (url: string): Promise<void> => {
    const records = await openRecords({ url, now: () => NOW, signal: PATIENCE });
    await records.close();
  };
  return testPostgres({ schema, ...options });
}

/** Records that are closed after the test: as one worker has them. */
export async function openFor(t: TestContext, url: string, options: Partial<RecordsOptions> = {}): Promise<Records> {
  const records = await openRecords({ url, now: () => NOW, signal: PATIENCE, ...options });
  t.after(() => records.close());
  return records;
}

export const WINDOW = {
  from: '2026-11-01T00:00:00Z',
  to: '2026-11-08T00:00:00Z',
  timeZone: 'Europe/Berlin',
  label: '2026-11-01..2026-11-07',
};

export function aRun(over: Partial<RunRecord> = {}): RunRecord {
  return {
    runKey: 'run-1',
    workflowId: 'journey-acme-1',
    firstExecutionRunId: 'f0e1',
    org: 'acme',
    requester: 'Ida',
    queryHash: '0123456789abcdef',
    series: '0123456789abcdef',
    report: REPORT,
    window: WINDOW,
    destination: 'bi',
    deliveryId: 'delivery-1',
    startedAt: AT,
    ...over,
  };
}

export function aClaim(over: Partial<Claim> = {}): Claim {
  return {
    deliveryId: 'delivery-1',
    org: 'acme',
    destination: 'bi',
    window: WINDOW,
    series: '0123456789abcdef',
    contentHash: 'content-a',
    rowHash: 'rows-a',
    compare: 'requested',
    queryId: 'query-1',
    runKey: 'run-1',
    workflowId: 'journey-acme-1',
    output: { scope: 'runs/run-1', sha256: 'output-a', bytes: 1 },
    at: AT,
    ...over,
  };
}

/** Parts 0, 1, …; `bytes` names what is in them. */
export function parts(count: number, bytes = 'first', revision = 1): Omit<LedgerPart, 'deliveredAt'>[] {
  return Array.from({ length: count }, (_, part) => ({
    part,
    partId: `msg_${revision}_${part}`,
    body: { scope: 'deliveries/delivery-1', sha256: `${bytes}-${part}`, bytes: 1_000 + part },
    rows: 10,
  }));
}

export const ACKNOWLEDGED: PartAnswer = { delivered: true, status: 204, reason: '204', permanent: false };
export const REFUSED: PartAnswer = {
  delivered: false,
  status: 503,
  reason: '503',
  retryAfterMs: 30_000,
  permanent: false,
};

export function anEntry(over: Partial<AuditEntry> = {}): AuditEntry {
  return {
    timestamp: '2026-11-09T05:59:00.250Z',
    queryId: 'query-1',
    latency_ms: 61_250,
    accuracy_rate: 98.765,
    rows_processed: 4_938,
    status: 'completed',
    kind: 'run',
    org: 'acme',
    workflowId: 'journey-acme-1',
    runKey: 'run-1',
    requester: 'Ida',
    queryHash: '0123456789abcdef',
    series: '0123456789abcdef',
    report: REPORT,
    window: WINDOW,
    rows: { returned: 5_000, kept: 4_938, delivered: 4_938 },
    delivery: { deliveryId: 'delivery-1', revision: 2, parts: 5, attempts: 1, signed: true },
    failureType: null,
    failureMessage: null,
    ...over,
  };
}
