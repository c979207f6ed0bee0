import type { Histogram } from '../../domain/statistics/histogram.js';
import type { RunSummary } from '../../contract/result/run-description.js';
import type { Report } from '../../contract/result/report.js';
import type { AggregateResult } from '../../contract/result/result.js';
import type { JourneyFindings } from '../../contract/result/derived.js';
import type { Progress } from '../../contract/result/progress.js';
import type { Processing, RunWindow, TimeGroup } from '../../contract/request/request.js';
import type { AuditListing } from '../../ports/index.js';
import type { DeliveryAnswers } from '../../records/ledger/delivery-answers.js';
import type { SeriesPoint } from '../charts/bucket-series.js';
import type { Coverage } from './coverage.js';
import type { Ranking } from './ranking.js';
import type { RunStory } from './run-story.js';
import type { SectionData } from './section-data.js';

/** What the run was asked for. */
export interface Asked {
  readonly report: Report;
  readonly series: string;
  readonly reportType: string;
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
  readonly timeGroupBy: TimeGroup;
  readonly processing: Processing;
  readonly destination: string;
  readonly requester: string;
}

/** Everything that the page of a run shows: plain values. The same data make the same page, byte for byte. */
export interface ReportData {
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly run: RunSummary;
  /** In the Temporal UI. */
  readonly runUrl?: string;
  /** The page of its window, on the same host. */
  readonly windowPath?: string;
  /** Absent where the run did not get so far as to plan, or its history cannot be read. */
  readonly asked?: Asked;
  readonly window?: RunWindow;
  /** Absent of a run that has none: it is under way, failed, or was ended. */
  readonly result?: AggregateResult;
  readonly failure?: { readonly type: string; readonly message: string };
  /** Of a run under way; null when no worker answers. */
  readonly progress?: Progress | null;
  /** The metrics over the buckets of the window. */
  readonly series: SectionData<readonly SeriesPoint[]>;
  /** Metric by metric, as `asked.metrics` has them. */
  readonly histograms: SectionData<readonly Histogram[]>;
  readonly ranking: SectionData<Ranking>;
  readonly coverage: SectionData<Coverage>;
  /** Of journeys that were made of contacts. */
  readonly making: SectionData<JourneyFindings>;
  /** Of each delivery that claimed a revision, in the order of the request. */
  readonly answers: SectionData<readonly DeliveryAnswers[]>;
  readonly story: RunStory;
  /** Newest first: of this run, and of others that had its workflow id. */
  readonly audit: SectionData<readonly AuditListing[]>;
  /** Which of the audit entries are of this very run. */
  readonly runKey: string;
}
