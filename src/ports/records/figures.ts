/** A series of windows at a destination, without saying which: sums over all of one source. */
export interface FigurePlace {
  readonly org: string;
  readonly source: string;
  readonly destination: string;
}

/** What the records say about now, as figures. */
export interface RecordFigures {
  /** Newest revisions that have not arrived. */
  readonly undelivered: readonly (FigurePlace & { readonly windows: number; readonly oldestMs: number })[];
  /** Time since the newest delivered window of what schedules read, the greatest of each place. */
  readonly lags: readonly (FigurePlace & { readonly every: string; readonly lagMs: number })[];
  /** Deliveries of 30 days whose revisions the dataset store knew better. */
  readonly setBack: number;
}
