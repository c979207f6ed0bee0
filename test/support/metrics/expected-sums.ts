import type { AuditListing } from '../../../src/ports/index.js';

/** Sums by label, as text, and how many. */
export type Sums = Readonly<Record<string, number>>;

/** What the trail says, as the series that must say the same. */
export function expectations(trail: readonly AuditListing[]): readonly (readonly [string, string, Sums])[] {
  const ofRuns = trail.filter(({ kind }) => kind === 'run');
  const deliveries = trail.flatMap(({ org, deliveries: each = [] }) => each.map((one) => ({ ...one, org })));
  const rows = ofRuns.flatMap(({ rows: counts }) => Object.entries(counts ?? {}));
  const failed = (entry: AuditListing): string => entry.failureType ?? '';
  return [
    [
      'journey_metrics_runs_finished_total',
      'org, kind, outcome, failure',
      counted(trail.map((each) => [[each.org ?? '', each.kind, each.status, failed(each)], 1])),
    ],
    ['journey_metrics_rows_total', 'stage', counted(rows.map(([stage, count]) => [[stage], count]))],
    ['journey_metrics_run_seconds_count', 'outcome', counted(ofRuns.map((each) => [[each.status], 1]))],
    [
      'journey_metrics_deliveries_finished_total',
      'org, destination, outcome',
      counted(deliveries.map(({ org, destination, outcome }) => [[org ?? '', destination, outcome], 1])),
    ],
    [
      'journey_metrics_delivery_attempts_total',
      'destination, outcome',
      counted(deliveries.map(({ destination, outcome, attempts }) => [[destination, outcome], attempts])),
    ],
  ];
}

export function counted(each: readonly (readonly [labels: readonly string[], count: number])[]): Sums {
  const sums: Record<string, number> = {};
  for (const [labels, count] of each) sums[labels.join(' ')] = (sums[labels.join(' ')] ?? 0) + count;
  return sums;
}
