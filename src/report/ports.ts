import type { RunHandle } from '../client/runs/run-handle.js';
import type { RowFigures } from '../datasets/transform/row-figures.js';
import type { ReportRecords } from '../records/runs/report-records.js';

/** Where a report comes from. */
export interface ReportSources {
  /** The run as Temporal knows it: a handle of the public client. */
  readonly run: Pick<RunHandle, 'workflowId' | 'describe' | 'events'>;
  /** What is in Postgres. Rejects with an `AdapterError`. */
  readonly records: ReportRecords;
  /** What is in the dataset store. Rejects with an `AdapterError`: `DatasetExpired` where the bytes are gone. */
  readonly rows: RowFigures;
  /** The run in the Temporal UI; undefined where none is known. */
  readonly runUrl: (workflowId: string, runId: string) => string | undefined;
  /** The page of a window; absent where the report is a file. */
  readonly windowPath?: (deliveryId: string) => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
