import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { unlessAborted, within } from '../../async/abort.js';
import { noConnection, tooLate, toRecordsError, RecordsError, type Circumstance } from './errors.js';
import { storable } from './storable.js';

/** Bounds of one step. The server's own timeouts are there for what a vanished client leaves behind. */
export interface Limits {
  /** Until a connection is had. */
  readonly connectMs: number;
  /** The whole step, waiting for a connection and for locks included. */
  readonly stepMs: number;
}

/** One connection, for one piece of work. */
export class Session {
  readonly circumstance: Circumstance;
  readonly #pool: Pool;
  readonly #limits: Limits;
  #client: PoolClient | null = null;
  readonly #lost = new AbortController();

  constructor(pool: Pool, circumstance: Circumstance, limits: Limits) {
    this.#pool = pool;
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

  async open(signal: AbortSignal): Promise<void> {
    const late = (): RecordsError => noConnection(this.circumstance);
    await within(signal, this.#limits.connectMs, late, async (bound) => {
      try {
        const client = await unlessAborted(this.#pool.connect(), bound, (late) => {
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
