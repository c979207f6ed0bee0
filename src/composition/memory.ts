import { PageMemory } from '../async/page-memory.js';
import { Slots } from '../async/slots.js';
import type { MemoryTurns, RowPipeline } from '../ports/index.js';

/** Bodies of pages at once: what is made of one while it is read, scanned and stored takes about as much again. */
const PAGE_BYTES = 128 * 1024 * 1024;
/** Transforms, derivations and payloads at once: each has one page of its run in memory, and numbers of each row. */
const PASSES_AT_ONCE = 4;
/** Tables on their way to a destination: each has one page of its run in memory for as long as the destination takes. */
const TABLES_AT_ONCE = 4;

export interface Memory {
  readonly pages: PageMemory;
  readonly turns: MemoryTurns;
  /** The pipeline, of which only a few passes go on at once. */
  bounded(pipeline: RowPipeline): RowPipeline;
}

/** What one process may have in memory of all its runs; the others wait for their turn. */
export function createMemory(): Memory {
  const pages = new PageMemory(PAGE_BYTES);
  const passes = new Slots(PASSES_AT_ONCE);
  const inTurn = async <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    const giveBack = await passes.take(1, signal);
    try {
      return await work();
    } finally {
      giveBack();
    }
  };
  const tables = new Slots(TABLES_AT_ONCE);
  return {
    pages,
    turns: {
      holdPage: (work) => pages.hold(work),
      inTurn,
      asTaken: (rows) => (signal) => oneByOne(tables, rows, signal),
    },
    bounded: (pipeline) => ({
      ...pipeline,
      transform: (input, signal, onProgress) => inTurn(() => pipeline.transform(input, signal, onProgress), signal),
      table: (output, reading, signal) => inTurn(() => pipeline.table(output, reading, signal), signal),
      parts: (output, signal) => oneByOne(passes, (bound) => pipeline.parts(output, bound), signal),
    }),
  };
}

/** What is read in a turn, which ends with the last of it, or when nobody wants more. */
async function* oneByOne<T>(
  turns: Slots,
  read: (signal: AbortSignal) => AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const giveBack = await turns.take(1, signal);
  try {
    yield* read(signal);
  } finally {
    giveBack();
  }
}
