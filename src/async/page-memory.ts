import { AsyncLocalStorage } from 'node:async_hooks';
import { Slots, type GiveBack } from './slots.js';

/** Smaller answers are not counted: most of them say that there is no result yet. */
const NOT_COUNTED_BYTES = 256 * 1024;

/** What one piece of work holds. */
interface Held {
  bytes: number;
  giveBack: GiveBack;
}

/**
 * A budget of bytes for pages in memory, over all runs of a process. Work that gets no room at once breaks its answer off,
 * waits without a connection and without any room, and asks again: so nobody waits for anybody who waits.
 */
export class PageMemory {
  readonly #slots: Slots;
  readonly #holding = new AsyncLocalStorage<Held>();

  constructor(bytes: number) {
    this.#slots = new Slots(bytes);
  }

  /** Runs work that reads pages, one after the other; the room for the last one is given back when it ends. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    const held: Held = { bytes: 0, giveBack: () => undefined };
    try {
      return await this.#holding.run(held, work);
    } finally {
      held.giveBack();
    }
  }

  /** Whether the work that runs may read a body of this size now; always outside of such work. */
  enter(bytes: number): boolean {
    const held = this.#holding.getStore();
    if (!held || bytes <= Math.max(NOT_COUNTED_BYTES, held.bytes)) return true;
    this.leave();
    const giveBack = this.#slots.tryTake(bytes);
    if (giveBack) Object.assign(held, { bytes, giveBack });
    return giveBack !== undefined;
  }

  /** Waits for room; with it, `enter` says yes. The signal ends the wait. */
  async wait(bytes: number, signal: AbortSignal): Promise<void> {
    const held = this.#holding.getStore();
    if (!held) return;
    this.leave();
    const giveBack = await this.#slots.take(bytes, signal);
    Object.assign(held, { bytes, giveBack });
  }

  /** Gives back what a page of unknown size did not need. */
  shrink(bytes: number): void {
    const held = this.#holding.getStore();
    if (!held || bytes >= held.bytes) return;
    held.giveBack(bytes);
    held.bytes = bytes;
  }

  /** The page before is stored: its room is free. */
  leave(): void {
    const held = this.#holding.getStore();
    held?.giveBack();
    if (held) Object.assign(held, { bytes: 0, giveBack: () => undefined });
  }
}
