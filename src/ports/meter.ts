import type { LabelsOf, MetricName } from '../contract/metrics.js';

/** Where figures about the product itself go. Never throws: a figure that is lost costs nothing else. */
export interface Meter {
  /** Adds to a counter, puts a value into a histogram, or sets a gauge: by the kind of the metric. */
  record<Name extends MetricName>(name: Name, value: number, labels: LabelsOf<Name>): void;
}
