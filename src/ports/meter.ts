import type { LabelsOf, MetricName } from '../contract/metrics.js';

/** Where figures about the product itself go. Never throws: a figure that is lost must cost nothing else. */
export interface Meter {
  /** Adds to a counter, puts a value into a histogram, or sets a gauge: what the name stands for in `METRICS`. */
  record<Name extends MetricName>(name: Name, value: number, labels: LabelsOf<Name>): void;
}
