import type { RowChoice } from '../../contract/row-choice.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';

/** The rows of runs that have ended. */
export interface RowReader {
  /**
   * The text of a run's rows, a page at a time in memory.
   * Rejects with an `AdapterError`, and so may the chunks: what was read until then is not all.
   */
  read(dataset: BlobRef, choice: RowChoice, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}
