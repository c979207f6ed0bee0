import type { SeriesCoverage, WindowListing } from '../../contract/result/coverage.js';
import type { Alert, GateState } from '../../ports/index.js';

/** Something to do, and the command for it. */
export interface NextStep {
  readonly what: string;
  readonly command: string;
}

type Standing = Omit<SeriesCoverage, 'windows' | 'stretches'> & {
  /** How many windows are in each state. */
  readonly windows: Readonly<Record<string, number>>;
};

/** Where one stands. */
export interface Status {
  /** Whether the records could be read. */
  readonly ready: boolean;
  /** Why not, as a sentence. */
  readonly problem: string | null;
  readonly organisations: readonly Pick<GateState, 'org' | 'circuit' | 'lastSuccess'>[];
  readonly series: readonly Standing[];
  /** Windows that a schedule should have read by now. */
  readonly late: readonly (Pick<SeriesCoverage, 'org' | 'series' | 'destination'> &
    Pick<WindowListing, 'from' | 'to' | 'label' | 'state' | 'schedule'>)[];
  /** Open ones. */
  readonly alerts: readonly Pick<Alert, 'id' | 'event' | 'org' | 'what' | 'raisedAt'>[];
  readonly next: readonly NextStep[];
}

export type Known = Omit<Status, 'ready' | 'problem' | 'next'> & { readonly isScheduled: boolean };
