import type { BlobRef } from './blob-ref.js';
import type { DerivedFacts } from './derived.js';
import type { RollupWithTable } from './rollup.js';
import type { Completeness, Outliers, Quality, RowCounts, Sampling } from './result.js';

/** A complete result in the dataset store: every page, verified against `totalCount`. */
export interface DatasetRef {
  /** The manifest: names every page by hash. Written once; what no manifest in history names does not exist. */
  readonly manifest: BlobRef;
  readonly queryId: string;
  readonly pages: number;
  readonly rows: number;
  /** Rows that came again, byte for byte, on a later page; absent where none did. */
  readonly repeatedRows?: number;
  /** Rows of other times that the source gave and that were left out; absent where there were none. */
  readonly outsideRows?: number;
  /** The source named the query nowhere but in its pages: whether these are of this query cannot be checked. */
  readonly unnamedQuery?: true;
}

/** What derived rows were made of: the pages as they were read, and what was found that no list in history holds. */
export interface MadeOf {
  readonly dataset: DatasetRef;
  readonly details?: BlobRef;
}

/** Rows that a source derived, with what is known of them beside the rows. */
export interface DerivedRef extends DatasetRef {
  readonly facts?: DerivedFacts;
  readonly made?: MadeOf;
}

/** What `transform` made of a dataset. Lists are cut for history; `report` holds them whole. */
export interface TransformOutput {
  /** Names the rows that are delivered, and how they fall into parts. */
  readonly manifest: BlobRef;
  readonly parts: number;
  /** Hash of what was asked for in all kept rows: date, dimensions, metrics, by value. Whatever their order. 64 hex digits. */
  readonly contentHash: string;
  /** The same of the rows' bytes, fields that nobody asked for among them. */
  readonly rowHash: string;
  readonly rows: RowCounts;
  readonly completeness: Completeness;
  readonly outliers: Outliers;
  readonly sampling: Sampling;
  readonly quality: Quality;
  /** Absent where the request wants none. */
  readonly rollup?: RollupWithTable;
  /** Of rows that were derived. */
  readonly journeys?: DerivedFacts;
  /** See `AggregateResult.accuracyRate`. */
  readonly accuracyRate: number;
}
