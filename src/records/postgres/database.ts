import { Client, Pool, TypeOverrides, types, type PoolConfig, type QueryResultRow } from 'pg';
import { within } from '../../async/abort.js';
import { RecordsError, tooLate, toRecordsError } from './errors.js';
import { Session, type Limits } from './session.js';

const LIMITS: Limits = { connectMs: 5_000, stepMs: 15_000 };
const POOLED_CONNECTIONS = 10;
/** Connections that hold a lock while bytes are sent. Apart from the others: who holds one needs one of the others to go on. */
const LOCK_CONNECTIONS = 25;

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  readonly limits?: Partial<Limits>;
  /** Told, in a sentence, of an idle connection that was lost. The next step opens another. */
  readonly onConnectionLost?: (sentence: string) => void;
}

/** Sends one statement. Rejects with a {@link RecordsError}, or with the caller's own reason once its signal has aborted. */
export type Query = <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** Counts come as numbers: none of ours comes near 2^53. */
const TYPES = new TypeOverrides();
TYPES.setTypeParser(types.builtins.INT8, Number);

/** Postgres as `records/` uses it: pooled, bounded, cancellable, and with errors of one family. */
export class Database {
  /** `host:port/database`, for messages. */
  readonly where: string;
  readonly #pool: Pool;
  readonly #lockPool: Pool;
  readonly #limits: Limits;

  constructor({ url, limits, onConnectionLost }: DatabaseOptions) {
    this.#limits = { ...LIMITS, ...limits };
    this.where = placeOf(url);
    const config = connectionConfig(url, this.#limits);
    this.#pool = new Pool({ ...config, max: POOLED_CONNECTIONS });
    this.#lockPool = new Pool({ ...config, max: LOCK_CONNECTIONS });
    for (const pool of [this.#pool, this.#lockPool]) {
      // Without these listeners a restart of Postgres, which breaks connections at any time, would end the process.
      pool.on('connect', (client) => client.on('error', () => undefined));
      pool.on('error', (error) => {
        onConnectionLost?.(toRecordsError(error, { where: this.where, step: 'being idle' }).message);
      });
    }
  }

  /** Runs statements on one connection, each its own transaction. */
  async run<T>(step: string, signal: AbortSignal, work: (query: Query) => Promise<T>): Promise<T> {
    const session = this.#session(step, this.#pool);
    try {
      return await within(
        signal,
        this.#limits.stepMs,
        () => tooLate(session.circumstance),
        async (bound) => {
          await session.open(bound);
          return await work((text, values) => session.query(bound, text, values));
        },
      );
    } finally {
      session.end();
    }
  }

  /** Runs statements as one transaction; whatever throws rolls it back. */
  transaction<T>(step: string, signal: AbortSignal, work: (query: Query) => Promise<T>): Promise<T> {
    return this.run(step, signal, async (query) => {
      // Access mode is left alone: a database that is read-only by default stays so.
      await query('BEGIN ISOLATION LEVEL READ COMMITTED');
      try {
        const result = await work(query);
        await query('COMMIT');
        return result;
      } catch (error) {
        await query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    });
  }

  /** A connection of one's own, e.g. to hold a session lock. Anyone who asks for it ends it. */
  async dedicated(step: string, signal: AbortSignal): Promise<Session> {
    const session = this.#session(step, this.#lockPool);
    await session.open(signal);
    return session;
  }

  /** Waits for steps under way (each has its deadline), then closes every connection. */
  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#lockPool.end()]);
  }

  #session(step: string, pool: Pool): Session {
    return new Session(pool, { where: this.where, step }, this.#limits);
  }
}

/** Where a URL points, by the driver's own reading of it (a socket, PGHOST and the like included). */
function placeOf(url: string): string {
  try {
    // The driver would take any other text for the name of a database.
    if (!/^postgres(ql)?:\/\//.test(url)) throw new TypeError('another scheme');
    const { host, port, database } = new Client({ connectionString: url });
    return `${host}:${port}/${database ?? ''}`;
  } catch {
    // Without its cause: the parser's error quotes the URL, password and all.
    const message = 'DATABASE_URL is not a Postgres URL: write postgres://user:password@host:port/database';
    throw new RecordsError('RecordsUnavailable', message, { code: 'url' });
  }
}

function connectionConfig(url: string, { connectMs, stepMs }: Limits): PoolConfig {
  return {
    connectionString: url,
    application_name: 'journey-metrics',
    types: TYPES,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // After our own deadline: this one only clears away what we have given up.
    connectionTimeoutMillis: connectMs + 1_000,
    statement_timeout: stepMs,
    lock_timeout: stepMs,
    idle_in_transaction_session_timeout: 2 * stepMs,
  };
}
