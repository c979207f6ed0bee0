import { PageMemory } from '../async/page-memory.js';
import { Slots } from '../async/slots.js';
import type { MemoryTurns, RowPipeline } from '../ports/index.js';

/** Bodies of pages at once: what is made of one while it is read, scanned and stored takes about as much again. */
const PAGE_BYTES = 128 * 1024 * 1024;
/** Transforms, derivations and payloads at once: each has one page of its run in memory, and numbers of each row. */
const PASSES_AT_ONCE = 4;

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
  return {
    pages,
    turns: { holdPage: (work) => pages.hold(work), inTurn },
    bounded: (pipeline) => ({
      ...pipeline,
      transform: (input, signal, onProgress) => inTurn(() => pipeline.transform(input, signal, onProgress), signal),
      async *parts(output, signal) {
        const giveBack = await passes.take(1, signal);
        try {
          yield* pipeline.parts(output, signal);
        } finally {
          giveBack();
        }
      },
    }),
  };
}
