import { Pool, TypeOverrides, types, type PoolClient, type PoolConfig, type QueryResultRow } from 'pg';
import { within } from '../../async/abort.js';
import { Slots } from '../../async/slots.js';
import { readPlace, type Place } from './connection.js';
import { tooLate, toRecordsError } from './errors.js';
import { Session, type Connections, type Limits } from './session.js';

const LIMITS: Limits = { connectMs: 5_000, stepMs: 15_000, turnMs: 60_000 };
/** Of a process that says nothing else. */
const CONNECTIONS = 24;

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** The most that may be open at once; 4 or more. */
  readonly connections?: number;
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
  readonly #steps: Connections;
  readonly #locks: Connections;
  readonly #limits: Limits;

  constructor({ url, limits, onConnectionLost, connections = CONNECTIONS }: DatabaseOptions) {
    this.#limits = { ...LIMITS, ...limits };
    const place = readPlace(url);
    this.where = place.where;
    const config = poolConfig(place, this.#limits);
    // Who holds a lock while bytes are sent needs one of the others to go on, so they are apart, and neither waits for the other.
    const steps = Math.max(2, Math.floor(connections / 3));
    const open = (max: number): Connections => ({ pool: new Pool({ ...config, max }), slots: new Slots(max) });
    this.#steps = open(steps);
    this.#locks = open(connections - steps);
    for (const { pool } of [this.#steps, this.#locks]) {
      // Without these listeners a restart of Postgres, which breaks connections at any time, would end the process.
      pool.on('connect', (client) => client.on('error', () => undefined));
      pool.on('error', (error) => {
        onConnectionLost?.(toRecordsError(error, { where: this.where, step: 'being idle' }).message);
      });
    }
  }

  /** Runs statements on one connection, each its own transaction. */
  async run<T>(step: string, signal: AbortSignal, work: (query: Query) => Promise<T>): Promise<T> {
    const session = this.#session(step, this.#steps);
    await session.waitForTurn(signal, this.#limits.turnMs);
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

  /**
   * A connection of one's own, e.g. to hold a session lock; where all are in use, it is waited for. Anyone who asks for it
   * ends it.
   */
  async dedicated(step: string, signal: AbortSignal): Promise<Session> {
    const session = this.#session(step, this.#locks);
    await session.waitForTurn(signal);
    try {
      await session.open(signal);
    } catch (error) {
      session.end();
      throw error;
    }
    return session;
  }

  /** Takes user and password of a URL for further connections. False where it leads elsewhere: a lock must not be there. */
  follow(url: string): boolean {
    const { where, config } = readPlace(url);
    if (where !== this.where) return false;
    const { user, password } = config;
    for (const { pool } of [this.#steps, this.#locks]) Object.assign(pool.options, { user, password });
    return true;
  }

  /** Waits for steps under way (each has its deadline), then closes every connection. */
  async close(): Promise<void> {
    await Promise.all([this.#steps.pool.end(), this.#locks.pool.end()]);
  }

  #session(step: string, connections: Connections): Session {
    return new Session(connections, { where: this.where, step }, this.#limits);
  }
}

function poolConfig({ config }: Place, limits: Limits): PoolConfig {
  return {
    ...config,
    types: TYPES,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // After our own deadlines: these only clear away what we have given up.
    connectionTimeoutMillis: limits.connectMs + 1_000,
    query_timeout: limits.stepMs + 1_000,
    verify: (client, done) => {
      setTimeLimits(client, limits).then(() => {
        done();
      }, done);
    },
  };
}

/** After connecting: as startup parameters, a pooler with its own defaults refuses them. */
async function setTimeLimits(client: PoolClient, { stepMs }: Limits): Promise<void> {
  await client.query(TIME_LIMITS, [String(stepMs), String(2 * stepMs)]);
}

const TIME_LIMITS = `
SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $1, false),
  set_config('idle_in_transaction_session_timeout', $2, false)`;
