import { DatabaseError } from 'pg';
import { AdapterError, type SafeDetails } from '../../contract/adapter-error.js';
import { diagnose, LATE, type Diagnosis, type RecordsFailure } from './diagnosis.js';

/** The closed family of `records/`: Postgres is not there, or what it holds contradicts what was to be written. */
export class RecordsError extends AdapterError {
  override readonly name = 'RecordsError';
  readonly failureType: RecordsFailure;

  constructor(failureType: RecordsFailure, message: string, details: Omit<SafeDetails, 'operation'>, cause?: unknown) {
    super(message, { operation: 'records', ...details }, { cause });
    this.failureType = failureType;
  }
}

/** What was being done, and where: `while ${step}`, `Postgres at ${where}`. */
export interface Circumstance {
  /** `host:port/database`, never with user or password. */
  readonly where: string;
  /** A gerund, e.g. `claiming a delivery revision`. */
  readonly step: string;
}

/** What the driver threw, as one of the family. Never the driver's own text: it may quote rows. */
export function toRecordsError(error: unknown, circumstance: Circumstance): RecordsError {
  if (error instanceof RecordsError) return error;
  const facts = error instanceof DatabaseError && error.code ? { facts: { sqlState: error.code } } : {};
  return told(circumstance, diagnose(error), facts, error);
}

/** A step that was not done within its total deadline. */
export function tooLate(circumstance: Circumstance): RecordsError {
  return told(circumstance, LATE);
}

/** A connection that was not had in time: the server is silent. */
export function noConnection(circumstance: Circumstance): RecordsError {
  return told(circumstance, {
    code: 'timeout',
    says: 'gave no connection in time',
    remedy: 'check host and port in DATABASE_URL, its load and its max_connections',
  });
}

/** All connections that this process may have are in use, by itself. */
export function noFreeConnection({ where, step }: Circumstance, connections: number): RecordsError {
  const message =
    `all ${connections} connections of this process to Postgres at ${where} were in use for too long while ${step}: ` +
    'raise DATABASE_CONNECTIONS, or lower WORKER_ACTIVITIES; the step is retried';
  return new RecordsError('RecordsUnavailable', message, { code: 'own-connections' });
}

function told(
  { where, step }: Circumstance,
  { failureType = 'RecordsUnavailable', code, says, remedy, misconfigured }: Diagnosis,
  facts: Pick<SafeDetails, 'facts'> = {},
  cause?: unknown,
): RecordsError {
  const details = { code, ...(misconfigured && { misconfigured }), ...facts };
  return new RecordsError(failureType, `Postgres at ${where} ${says} while ${step}: ${remedy}`, details, cause);
}

/** What no program of this version, or with these settings, can use. */
export function unusable(message: string): RecordsError {
  return new RecordsError('RecordsConflict', message, { code: 'unusable', misconfigured: true });
}

/** A `DATABASE_URL` that cannot be used, as a sentence that never quotes it. */
export function badUrl(message: string): RecordsError {
  return new RecordsError('RecordsUnavailable', message, { code: 'url', misconfigured: true });
}

/** A record that stands against the new one, found by us and not by a constraint. */
export function conflict(message: string, facts?: NonNullable<SafeDetails['facts']>): RecordsError {
  return new RecordsError('RecordsConflict', message, { code: 'contradiction', ...(facts && { facts }) });
}
