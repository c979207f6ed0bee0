import type { Report } from '../../contract/result/report.js';
import type { RunWindow } from '../../contract/values/window.js';
import type { RevisionCauses } from './causes.js';

/** A series as somebody may name it. */
export interface NamedSeries {
  readonly org: string;
  readonly series: string;
  readonly source: string;
  readonly timeZone: string;
  /** With the name that its newest run gave it. */
  readonly report: Report | null;
}

/** One revision of one delivery, as far as it explains a figure. Instants are ISO 8601. */
export interface ExplainedRevision {
  readonly deliveryId: string;
  readonly destination: string;
  readonly window: RunWindow;
  readonly revision: number;
  readonly claimedAt: string;
  readonly deliveredAt: string | null;
  readonly rows: number | null;
  /** The run that read it first. */
  readonly workflowId: string | null;
  readonly causes: RevisionCauses | null;
}

/** Each rejects with an `AdapterError`. */
export interface ExplanationRecords {
  /** Those whose id begins with the text, or whose newest run had it as its name. */
  named(text: string, orgs: readonly string[] | undefined, signal: AbortSignal): Promise<readonly NamedSeries[]>;
  /** Revisions of every delivery of the series whose window shares an instant with `[from, to)`: by delivery, in order. */
  revisions(
    series: Pick<NamedSeries, 'org' | 'series'>,
    between: { readonly from: string; readonly to: string },
    signal: AbortSignal,
  ): Promise<readonly ExplainedRevision[]>;
}
