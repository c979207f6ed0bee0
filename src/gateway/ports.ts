import type { RunHandle } from '../client.js';
import type { CoverageData } from '../report/render-coverage.js';
import type { DestinationsData } from '../report/render-destinations.js';
import type { OrgsData } from '../report/render-orgs.js';
import type { RunsData } from '../report/render-runs.js';
import type { WindowData } from '../report/render-window.js';

/** Pages for people. */
export interface Pages {
  /** The report of a run. Rejects with `JourneyMetricsError` where Temporal does not have it, or does not answer. */
  report(run: RunHandle, signal: AbortSignal): Promise<string>;
  /** The list of runs. */
  runs(data: RunsData): string;
  /** Which days each series has. */
  coverage(data: CoverageData): string;
  /** What became of one window. */
  window(data: WindowData): string;
  /** The organisations, and how each fares. */
  orgs(data: OrgsData): string;
  /** The destinations, and what has arrived there. */
  destinations(data: DestinationsData): string;
  /** The script of the pages that keep themselves as they are now. */
  readonly liveScript: string;
  /** A run in the Temporal UI; undefined where none is known. */
  runUrl(workflowId: string, runId: string): string | undefined;
}

/** Told of every request. */
export interface RequestWatch {
  began(): void;
  /** Once for each that began. @param of `route`: the pattern; undefined where there is no such route */
  ended(of: {
    readonly route: string | undefined;
    readonly method: string;
    readonly status: number;
    readonly ms: number;
  }): void;
}

/** What the gateway cannot do without. Each rejects when it is away. */
export interface Health {
  temporal(signal: AbortSignal): Promise<unknown>;
  database(signal: AbortSignal): Promise<unknown>;
}
