import { EventEmitter, once } from 'node:events';

/** A place at which work waits until the test lets it go on. */
export interface Stop {
  /** Resolves once somebody waits here. */
  readonly reached: Promise<unknown>;
  /** Waits here, unless the way is free already. */
  pass(): Promise<unknown>;
  release(): void;
}

export function createStop(): Stop {
  const events = new EventEmitter();
  const free = once(events, 'free');
  return {
    reached: once(events, 'arrival'),
    async pass() {
      events.emit('arrival');
      await free;
    },
    release: () => events.emit('free'),
  };
}
