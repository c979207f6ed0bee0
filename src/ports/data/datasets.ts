import type { CompareMode } from '../../contract/closed-sets.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { DatasetRef, MadeOf, TransformOutput } from '../../contract/result/dataset.js';
import type { Rollup } from '../../contract/result/rollup.js';
import type { PartLimits, Processing } from '../../contract/request/request.js';
import type { FoundShape } from '../../domain/schema-memory.js';
import type { RowTable } from './row-table.js';
import type { DigestedColumns } from '../../pages/row-digests.js';

/** One attempt at reading one result. Another `take` starts from nothing: the pages before it were not to be trusted. */
export interface TakeKey {
  readonly runKey: string;
  readonly generation: number;
  readonly take: number;
}

/** A stored page. Entries are written once: of two attempts at the same page the first one stands. */
export interface StoredPage {
  readonly index: number;
  /** Cursor by which it was asked for; null for the first, and for pages that were derived. */
  readonly cursor: string | null;
  readonly nextCursor: string | null;
  readonly queryId: string;
  readonly rows: number;
  readonly totalCount: number | null;
  /** No fewer rows than these are in the whole result, as the source says in other words. */
  readonly atLeast?: number;
  /** Rows of other times than the window's, which are left out. */
  readonly outside?: number;
  readonly truncated: boolean;
  readonly body: BlobRef;
  /** The columns of its rows, beside the body and made of nothing else. A page without them is scanned when it is read. */
  readonly columns?: BlobRef;
}

/** A page to store: its bytes, and its columns where they are known. */
export type NewPage = Omit<StoredPage, 'body' | 'columns'> & { body: Uint8Array; columns?: DigestedColumns };

/** Rows at rest, by reference. Nothing of a half-written page, manifest or payload is ever visible. */
export interface DatasetStore {
  /** The pages of a take so far, in order and without a gap: where a second attempt goes on. */
  pages(take: TakeKey, signal: AbortSignal): Promise<readonly StoredPage[]>;
  /** Stores one page durably; resolves to the entry that stands. */
  addPage(take: TakeKey, page: NewPage, signal: AbortSignal): Promise<StoredPage>;
  /**
   * Stores a page without claiming its place, for pages that are made whole by every attempt (`Source.derive`): only a
   * manifest makes them count, so that no two attempts are ever mixed.
   */
  putPage(take: TakeKey, page: NewPage, signal: AbortSignal): Promise<StoredPage>;
  /** Writes the manifest over these pages. The reference names it by hash. */
  seal(take: TakeKey, pages: readonly StoredPage[], signal: AbortSignal): Promise<DatasetRef>;
  /** The pages of a sealed dataset, in order, one at a time in memory. */
  bodies(dataset: DatasetRef, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Stores and reads whole blobs, by hash; a read whose bytes do not hash to the reference throws `corrupt`. */
  put(scope: string, bytes: Uint8Array, signal: AbortSignal): Promise<BlobRef>;
  get(ref: BlobRef, signal: AbortSignal): Promise<Uint8Array>;
  /** Deletes everything under a scope. */
  remove(scope: string, signal: AbortSignal): Promise<void>;
}

/** Maps the `date` of a row to one of the window's buckets. Pure, so that it can be called once per distinct date. */
export interface Buckets {
  /** Labels of all buckets of the window, oldest first. */
  readonly labels: readonly string[];
  /** Index into `labels`; `outside` the window; `unreadable`. */
  indexOf(date: unknown): number | 'outside' | 'unreadable';
  /** Whether it has no offset, and the clocks show it in two of the window's buckets, or skip its hour. */
  isAmbiguous(date: unknown): boolean;
}

export interface TransformInput {
  readonly runKey: string;
  readonly dataset: DatasetRef;
  /** Where the rows were derived. */
  readonly made?: MadeOf;
  readonly dateKey: string;
  /** Whether a row sums up what has its date and dimensions: then two rows with the same ones are a defect. */
  readonly aggregates: boolean;
  readonly metrics: readonly string[];
  readonly dimensions: readonly string[];
  readonly processing: Processing;
  readonly partLimits: PartLimits;
  readonly buckets: Buckets;
}

/** The rows of one part. */
export interface PartRows {
  readonly rows: number;
  /** The text of a JSON array in pieces, every row's bytes as the source sent them. Theirs is the page: use it before the next. */
  readonly json: readonly Uint8Array[];
}

/** Verification → completeness → outliers → sampling, over all rows, in memory bounded by a page and a few numbers a row. */
/** How the values of a table are read. */
export interface TableReading {
  /** Type of the date column. */
  readonly dateType: 'date' | 'instant';
  /** The date of a row in that type; null for one that cannot be read. */
  readonly dateOf: (text: string) => number | null;
  /** Dimensions have a label beside their id. */
  readonly labelled: boolean;
}

export interface RowDifferences {
  /** Rows that came, went or changed. */
  readonly rows: number;
  /** Rows of which the former one had a warning that they should not be there, and the latter has none. */
  readonly repaired: number;
}

export interface RowPipeline {
  transform(
    input: TransformInput,
    signal: AbortSignal,
    onProgress: (rows: number) => void,
  ): Promise<TransformOutput & { readonly shape: FoundShape }>;
  /** The sums over the rows that were kept, as the payload has them; undefined where the request wants none. */
  rollup(output: Pick<TransformOutput, 'manifest'>, signal: AbortSignal): Promise<Rollup | undefined>;
  /** The pages that the rows were derived of; undefined where they were not. */
  madeOf(manifest: BlobRef, signal: AbortSignal): Promise<DatasetRef | undefined>;
  /** How many kept rows of two outputs differ. */
  differences(
    outputs: { readonly before: BlobRef; readonly after: BlobRef; readonly compare: CompareMode },
    signal: AbortSignal,
  ): Promise<RowDifferences>;
  /** The delivered rows as typed columns. */
  table(manifest: BlobRef, reading: TableReading, signal: AbortSignal): Promise<Omit<RowTable, 'constants'>>;
  /** The delivered rows, part after part, a page at a time in memory. */
  parts(output: Omit<TransformOutput, 'rollup'>, signal: AbortSignal): AsyncIterable<PartRows>;
}
