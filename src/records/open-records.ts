import type {
  Admission,
  AlertRecords,
  AuditTrail,
  CoverageRecords,
  DestinationStates,
  ExpectationRecords,
  ExplanationRecords,
  DeliveryLedger,
  Gate,
  GateReader,
  RecordFigures,
  RetentionRecords,
  RowShapes,
  RunPages,
  RunRecords,
  Submissions,
} from '../ports/index.js';
import type { IdempotencyKeys } from '../ports/index.js';
import { alertRecords } from './alerts/alert-records.js';
import { auditLog, type AuditLog } from './audit/audit-log.js';
import { auditTrail } from './audit/audit-trail.js';
import { Database, type DatabaseOptions } from './postgres/database.js';
import { sharedAdmission, type AdmissionLimits } from './gate/admission.js';
import { turnGate } from './gate/gate.js';
import { announceOrganisations, gateReader } from './gate/gate-state.js';
import { requestCounts } from './gate/request-counts.js';
import { idempotencyKeys } from './runs/idempotency-keys.js';
import { deliveryLedger } from './ledger/ledger.js';
import { readFigures } from './figures/figures.js';
import { readPlace } from './postgres/connection.js';
import { migrate } from './postgres/migrate.js';
import { expectationRecords } from './windows/expectations.js';
import { coverageRecords } from './windows/coverage.js';
import { explanationRecords } from './windows/explanations.js';
import { refuseSharedSessions } from './postgres/pooler.js';
import { reportRecords, type ReportRecords } from './runs/report-records.js';
import { retentionRecords } from './runs/retention.js';
import { destinationStates, runPages } from './runs/run-pages.js';
import { rowShapes } from './runs/row-shapes.js';
import { runRecords } from './runs/runs.js';
import { submissionRecords } from './runs/submissions.js';

/** Everything that is kept in Postgres. All of it throws only `RecordsError`, or the reason of an aborted signal. */
export interface Records {
  readonly runs: RunRecords;
  readonly shapes: RowShapes;
  readonly submissions: Submissions;
  readonly ledger: DeliveryLedger;
  readonly audit: AuditTrail;
  readonly auditLog: AuditLog;
  readonly retention: RetentionRecords;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly report: ReportRecords;
  /** Whose turn it is at an organisation, for all workers. */
  readonly gate: Gate;
  readonly gateState: GateReader;
  /** What is outstanding and behind at this moment. */
  figures(signal: AbortSignal): Promise<RecordFigures>;
  /** Lets everybody see which organisations a worker has. */
  announce(credentials: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void>;
  /** Lets requests to an organisation through, for all workers. */
  admission(org: string, limits: AdmissionLimits): Admission;
  readonly alerts: AlertRecords;
  readonly coverage: CoverageRecords;
  readonly explanations: ExplanationRecords;
  readonly runPages: RunPages;
  readonly destinations: DestinationStates;
  readonly expectations: ExpectationRecords;
  /** Takes user and password of a URL for further connections; false where it leads to another database. */
  follow(url: string): boolean;
  /** Rejects when Postgres does not answer. */
  check(signal: AbortSignal): Promise<void>;
  /** Waits for what is under way, then closes every connection. */
  close(): Promise<void>;
}

export interface RecordsOptions extends DatabaseOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Until the records are open. */
  readonly signal: AbortSignal;
}

/** How long a worker may wait for another one's migration, or take for its own. */
const MIGRATION_DEADLINE_MS = 120_000;

/**
 * Connects, brings the schema up to date (safe with several workers at once) and opens the records. The connection must
 * be to Postgres itself or a pooler in session mode, because locks are held by sessions: another one is refused.
 * @throws RecordsError `RecordsUnavailable`, or `RecordsConflict` for a schema that is not this program's
 */
export async function openRecords({ now, signal, ...options }: RecordsOptions): Promise<Records> {
  await refuseSharedSessions(readPlace(options.url), signal);
  const patient = new Database({ ...options, limits: { ...options.limits, stepMs: MIGRATION_DEADLINE_MS } });
  try {
    await migrate(patient, signal);
  } finally {
    await patient.close();
  }
  const database = new Database(options);
  const counts = requestCounts(database);
  return {
    runs: runRecords(database),
    shapes: rowShapes(database, now),
    submissions: submissionRecords(database),
    ledger: deliveryLedger(database),
    audit: auditTrail(database, now),
    auditLog: auditLog(database, now),
    retention: retentionRecords(database),
    idempotencyKeys: idempotencyKeys(database),
    report: reportRecords(database, now),
    gate: turnGate(database),
    gateState: gateReader(database),
    figures: (signal) => readFigures(database, signal),
    announce: (credentials, signal) => announceOrganisations(database, credentials, signal),
    admission: (org, limits) => sharedAdmission({ database, counts }, org, limits),
    alerts: alertRecords(database),
    coverage: coverageRecords(database),
    explanations: explanationRecords(database),
    runPages: runPages(database),
    destinations: destinationStates(database),
    expectations: expectationRecords(database),
    follow: (url) => database.follow(url),
    check: async (signal) => {
      await database.run('checking the connection', signal, (query) => query('SELECT'));
    },
    async close() {
      await counts.close();
      await database.close();
    },
  };
}
