import { DatabaseError } from 'pg';
import { networkFailureOf } from '../../domain/network-failure.js';
import type { PartAnswer } from '../../ports/index.js';
import { UrlUnusable } from './client.js';

/** What the database refused, in a sentence. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly permanent = true;
}

/** By SQLSTATE, or by its class: what it means, and whether only a person can fix it. */
const SAYS: Readonly<Record<string, readonly [sentence: string, permanent: boolean]>> = {
  '28': ['refuses user or password: correct the URL file', false],
  '3D': ['has no such database: create it, or correct the URL file', true],
  '22': ['cannot hold a value of these rows in its column: see its log', true],
  '23': ['has a constraint that these rows break: drop it, or name another table', true],
  '25006': ['is read-only: name the primary in the URL file', false],
  '40': ['rolled back for another transaction', false],
  '53100': ['has no disk space left: make room', false],
  '53300': ['has no connection left: raise max_connections', false],
  '54011': ['has no room for a further column: name another table', true],
  '55P03': ['waited too long for a lock: look for long transactions in pg_stat_activity', false],
  '57014': ['cancelled a statement that ran too long: raise statement_timeout of the user', false],
  '57P': ['is starting or shutting down', false],
};

/**
 * What was thrown, as an answer; undefined for what nobody knows, which must crash. Never the database's own text, which
 * may quote rows.
 * @param step what was being done: `create table journeys.metrics`
 */
export function refusalOf(error: unknown, step: string): PartAnswer | undefined {
  if (error instanceof Refused) return failed(error.message, true);
  if (error instanceof UrlUnusable) return failed(error.message, false);
  if (error instanceof DatabaseError) {
    const state = error.code ?? '';
    if (state === '42501') {
      return failed(`the user has no right to ${step}: grant it (create, select, insert, update, delete)`, true);
    }
    const known = SAYS[state] ?? SAYS[state.slice(0, 3)] ?? SAYS[state.slice(0, 2)];
    const [sentence, permanent] = known ?? [
      `answered with an error (SQLSTATE ${state}) to "${step}": see its log`,
      false,
    ];
    return failed(`Postgres ${sentence}`, permanent);
  }
  const network = networkFailureOf(error);
  if (network) return failed(`Postgres cannot be reached (${network.code})`, false);
  return isBrokenOff(error) ? failed('Postgres broke the connection off', false) : undefined;
}

/** The driver has no code for a connection that ended under it. */
function isBrokenOff(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(Connection terminated|Client has encountered a connection error|read E)/.test(error.message)
  );
}

function failed(reason: string, permanent: boolean): PartAnswer {
  return { delivered: false, reason, permanent };
}
