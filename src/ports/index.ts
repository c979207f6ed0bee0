/**
 * What the product needs of the world, as narrow interfaces. Adapters (`sources/`, `datasets/`, `destinations/`,
 * `records/`) implement them; `composition/` puts adapters in; tests put fakes in their place.
 * Everything that waits takes an `AbortSignal`. Adapters throw only their own closed family of `AdapterError`s.
 */
export type * from './records/alerts.js';
export type * from './records/audit-reader.js';
export type * from './records/causes.js';
export type * from './records/coverage.js';
export type * from './data/datasets.js';
export type * from './data/day-sheets.js';
export type * from './destination.js';
export type * from './directory.js';
export type * from './gate.js';
export type * from './records/explanations.js';
export type * from './meter.js';
export type * from './records/figures.js';
export type * from './records/idempotency-keys.js';
export type * from './records/journey-records.js';
export type * from './records/ledger.js';
export type * from './records/row-shapes.js';
export type * from './records/run-pages.js';
export type * from './memory.js';
export type * from './data/object-place.js';
export type * from './records/records.js';
export type * from './data/retention.js';
export type * from './data/row-reader.js';
export type * from './data/row-table.js';
export type * from './records/sent-revisions.js';
export type * from './source.js';
export type * from './source-inspection.js';

/** Clock and chance, as parameters. */
export interface Ambient {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
}
