/**
 * What the product needs of the world, as narrow interfaces. Adapters (`sources/`, `datasets/`, `destinations/`,
 * `records/`) implement them; `composition/` puts adapters in; tests put fakes in their place.
 * Everything that waits takes an `AbortSignal`. Adapters throw only their own closed family of `AdapterError`s.
 */
export type * from './audit-reader.js';
export type * from './coverage.js';
export type * from './datasets.js';
export type * from './day-sheets.js';
export type * from './destination.js';
export type * from './directory.js';
export type * from './gate.js';
export type * from './idempotency-keys.js';
export type * from './journey-records.js';
export type * from './ledger.js';
export type * from './memory.js';
export type * from './object-place.js';
export type * from './records.js';
export type * from './retention.js';
export type * from './row-reader.js';
export type * from './row-table.js';
export type * from './sent-revisions.js';
export type * from './source.js';
export type * from './source-inspection.js';

/** Clock and chance, as parameters. */
export interface Ambient {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
}
