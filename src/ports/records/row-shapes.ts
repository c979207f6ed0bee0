import type { NewAlert } from './alerts.js';
import type { RowShape } from '../../domain/schema-memory.js';

/** Names the rows of one run. */
export interface ShapeKey {
  readonly org: string;
  readonly series: string;
  readonly runKey: string;
  /** ISO 8601: the end of the window. */
  readonly windowTo: string;
}

/** Which fields the rows of a series have, from run to run. Each rejects with an `AdapterError`. */
export interface RowShapes {
  /** As it was before this run; null where nothing is remembered. */
  recall(key: ShapeKey, signal: AbortSignal): Promise<RowShape | null>;
  /**
   * From now on, unless a newer window is remembered; null: as it is. A second call of the same run changes nothing that
   * it recalls.
   * @param change who is to be told of it; in the same transaction
   */
  remember(key: ShapeKey, shape: RowShape | null, change: NewAlert | null, signal: AbortSignal): Promise<void>;
}
