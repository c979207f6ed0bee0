/** How the runs of a process share its memory. */
export interface MemoryTurns {
  /** Around a step that reads pages of a source: each waits for room before its body is read. */
  holdPage<T>(work: () => Promise<T>): Promise<T>;
  /** Around a step that goes through the rows of a run: only a few at once. */
  inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Rows that are read as a destination takes them: only a few at once, and a slow destination keeps no run from a step. */
  asTaken<T>(rows: (signal: AbortSignal) => AsyncIterable<T>): (signal: AbortSignal) => AsyncIterable<T>;
}
