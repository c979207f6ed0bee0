/** One page of a sheet: where its bytes are. */
export interface SheetPage {
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
}

/** A UTC day of a tenant as it was read once it could no longer change. */
export interface DaySheet {
  readonly pages: readonly SheetPage[];
  /** It has contacts with a long horizon. */
  readonly hasLong: boolean;
}

/**
 * Settled days at rest, beside the datasets of runs: what is here is not asked of the source again. A day is named by a
 * key of 32 hex digits. `LEG_RETENTION` lets days go.
 */
export interface DaySheets {
  /** Undefined: the day is not settled, or was let go. */
  find(key: string, signal: AbortSignal): Promise<DaySheet | undefined>;
  /** @throws AdapterError `DatasetExpired` where it was let go meanwhile */
  page(key: string, page: SheetPage, signal: AbortSignal): Promise<Uint8Array>;
  put(key: string, rows: number, body: Uint8Array, signal: AbortSignal): Promise<SheetPage>;
  /** Settles the day with pages that were put. Of two that do, the first stands. */
  settle(key: string, sheet: DaySheet, signal: AbortSignal): Promise<void>;
}
