import type { RunOutcome } from '../../contract/closed-sets.js';
import type { Report } from '../../contract/result/report.js';
import type { RunWindow } from '../../contract/values/window.js';

/** A run as the records have it, however long ago it was. Instants are ISO 8601. */
export interface ListedRecord {
  readonly runKey: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly org: string;
  readonly series: string | null;
  readonly report: Report | null;
  readonly window: RunWindow;
  readonly deliveryId: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Null while it is under way, or where nobody has said yet how it ended. */
  readonly outcome: RunOutcome | null;
  /** Rows that it read and delivered; null where it has not read to the end. */
  readonly rows: { readonly returned: number; readonly delivered: number } | null;
}

/** Which runs; all unless said. */
export interface RunPageFilter {
  /** Of these organisations: of an empty list nothing. */
  readonly orgs?: readonly string[];
  readonly source?: string;
  readonly state?: 'running' | 'ended';
  readonly outcome?: RunOutcome;
  /** A part of the name, the report type, the organisation, an id or the window's label; case does not count. */
  readonly text?: string;
  /** Also those whose window has a part between these instants, as the text names them. */
  readonly between?: { readonly from: string; readonly to: string };
  /** Runs behind that one: the key of the last run of the page before. */
  readonly before?: { readonly startedAt: string; readonly runKey: string };
  readonly limit: number;
}

/** Rejects with an `AdapterError`. */
export interface RunPages {
  /** Newest first. */
  page(filter: RunPageFilter, signal: AbortSignal): Promise<readonly ListedRecord[]>;
  /** The newest run that had this workflow id. */
  find(workflowId: string, signal: AbortSignal): Promise<Pick<ListedRecord, 'org' | 'deliveryId'> | null>;
}

/** How a destination fares at one organisation. */
export interface DestinationState {
  readonly org: string;
  readonly destination: string;
  readonly series: number;
  readonly windows: number;
  /** Windows whose last run could not deliver. */
  readonly undelivered: number;
  readonly lastDeliveredAt: string | null;
  /** Of the undelivered windows the last answer; null where there is none. */
  readonly lastFailure: { readonly at: string; readonly reason: string } | null;
}

export interface DestinationStates {
  /** By organisation and name. Rejects with an `AdapterError`. */
  states(orgs: readonly string[] | undefined, signal: AbortSignal): Promise<readonly DestinationState[]>;
}
