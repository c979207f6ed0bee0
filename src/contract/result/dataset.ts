import type { BlobRef } from './blob-ref.js';
import type { RollupWithTable } from './rollup.js';
import type { Completeness, Outliers, Quality, RowCounts, Sampling } from './result.js';

/** A complete result in the dataset store: every page, verified against `totalCount`. */
export interface DatasetRef {
  /** The manifest: names every page by hash. Written once; what no manifest in history names does not exist. */
  readonly manifest: BlobRef;
  readonly queryId: string;
  readonly pages: number;
  readonly rows: number;
}

/** What `transform` made of a dataset. Lists are cut for history; `report` holds them whole. */
export interface TransformOutput {
  /** Names the rows that are delivered, and how they fall into parts. */
  readonly manifest: BlobRef;
  readonly parts: number;
  /** Hash of everything in the payload that is a number or a row, independent of the rows' order. 64 hex digits. */
  readonly contentHash: string;
  readonly rows: RowCounts;
  readonly completeness: Completeness;
  readonly outliers: Outliers;
  readonly sampling: Sampling;
  readonly quality: Quality;
  /** Absent where the request wants none. */
  readonly rollup?: RollupWithTable;
  /** See `AggregateResult.accuracyRate`. */
  readonly accuracyRate: number;
}

/** Lists in payloads and results carry at most this many entries, with the full count beside them. */
export const LISTED_AT_MOST = 100;
