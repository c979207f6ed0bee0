import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { unlessAborted, within } from '../../async/abort.js';
import type { Slots } from '../../async/slots.js';
import { noConnection, noFreeConnection, tooLate, toRecordsError, RecordsError, type Circumstance } from './errors.js';
import { storable } from './storable.js';

/** Bounds of one step. The server's own timeouts are there for what a vanished client leaves behind. */
export interface Limits {
  /** Until a connection is had. */
  readonly connectMs: number;
  /** The whole step, waiting for locks included. */
  readonly stepMs: number;
  /** Until one of our own connections is free. */
  readonly turnMs: number;
}

/** Connections for one kind of work. The caller that has a turn finds one that is free, or may open one. */
export interface Connections {
  readonly pool: Pool;
  readonly slots: Slots;
}

/** One connection, for one piece of work. */
export class Session {
  readonly circumstance: Circumstance;
  readonly #connections: Connections;
  readonly #limits: Limits;
  #giveTurnBack: (() => void) | null = null;
  #client: PoolClient | null = null;
  readonly #lost = new AbortController();

  constructor(connections: Connections, circumstance: Circumstance, limits: Limits) {
    this.#connections = connections;
    this.circumstance = circumstance;
    this.#limits = limits;
  }

  /** Why the connection is of no more use; null while it is fine. Its locks are gone with it. */
  get lost(): RecordsError | null {
    const reason: unknown = this.#lost.signal.reason;
    return reason instanceof RecordsError ? reason : null;
  }

  /** Aborts when that happens. */
  get lostSignal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Waits until one of our own connections is free; without a bound it is the caller's signal that ends the wait. */
  async waitForTurn(signal: AbortSignal, ms?: number): Promise<void> {
    const { slots } = this.#connections;
    const late = (): RecordsError => noFreeConnection(this.circumstance, slots.places);
    const take = (bound: AbortSignal): Promise<() => void> => slots.take(1, bound);
    this.#giveTurnBack = await (ms === undefined ? take(signal) : within(signal, ms, late, take));
  }

  async open(signal: AbortSignal): Promise<void> {
    const late = (): RecordsError => noConnection(this.circumstance);
    await within(signal, this.#limits.connectMs, late, async (bound) => {
      try {
        const client = await unlessAborted(this.#connections.pool.connect(), bound, (late) => {
          late.release();
        });
        client.on('error', this.#onError);
        this.#client = client;
      } catch (error) {
        bound.throwIfAborted();
        throw toRecordsError(error, this.circumstance);
      }
    });
  }

  /** One statement, within the limit of a step. Its failure or abort ends the connection: what is left of it is rolled back. */
  query<Row extends QueryResultRow>(
    signal: AbortSignal,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const late = (): RecordsError => tooLate(this.circumstance);
    return within(signal, this.#limits.stepMs, late, async (bound) => {
      const client = this.#client;
      if (!client) throw this.lost ?? toRecordsError(undefined, this.circumstance);
      try {
        const result = client.query<Row>(text, values.map(storable));
        return (await unlessAborted(result, bound)).rows;
      } catch (error) {
        const known = toRecordsError(error, this.circumstance);
        if (bound.aborted || known.failureType === 'RecordsUnavailable') this.#discard(known);
        bound.throwIfAborted();
        throw known;
      }
    });
  }

  /** Gives the connection back. */
  end(): void {
    const client = this.#client;
    this.#client = null;
    client?.off('error', this.#onError);
    client?.release();
    this.#giveTurnBack?.();
  }

  readonly #onError = (error: Error): void => {
    this.#discard(toRecordsError(error, this.circumstance));
  };

  #discard(why: RecordsError): void {
    const client = this.#client;
    this.#client = null;
    this.#lost.abort(why);
    client?.release(true);
  }
}
