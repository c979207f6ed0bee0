import { DatabaseError } from 'pg';
import { AdapterError, type SafeDetails } from '../../contract/adapter-error.js';

type RecordsFailure = 'RecordsUnavailable' | 'RecordsConflict';

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

interface Diagnosis {
  readonly failureType?: RecordsFailure;
  readonly code: string;
  /** Completes `Postgres at …`. */
  readonly says: string;
  readonly remedy: string;
}

const ABRUPT: Diagnosis = {
  code: 'reset',
  says: 'broke the connection off',
  remedy: 'see its log; the step is retried',
};

const LATE: Diagnosis = {
  code: 'timeout',
  says: 'took too long',
  remedy: 'look for long transactions and locks in pg_stat_activity',
};

/** By errno of the socket. */
const SOCKET: Readonly<Record<string, Diagnosis>> = {
  ECONNREFUSED: { code: 'refused', says: 'refuses connections', remedy: 'start it, or correct DATABASE_URL' },
  ENOENT: { code: 'refused', says: 'has no such socket', remedy: 'start it, or correct DATABASE_URL' },
  ENOTFOUND: { code: 'dns', says: 'has a host name that does not resolve', remedy: 'correct DATABASE_URL' },
  EAI_AGAIN: { code: 'dns', says: 'has a host name that cannot be resolved now', remedy: 'check DNS' },
  EHOSTUNREACH: { code: 'unreachable', says: 'cannot be reached', remedy: 'check the network' },
  ENETUNREACH: { code: 'unreachable', says: 'cannot be reached', remedy: 'check the network' },
  ETIMEDOUT: LATE,
};

/** Codes that Node and OpenSSL give to failed handshakes. */
const TLS_CODE = /^ERR_(TLS|SSL)|CERT|SIGNATURE|HOSTNAME_MISMATCH/;

/** By SQLSTATE, or by its class of two characters (Postgres manual, appendix A). */
const SQLSTATE: Readonly<Record<string, Diagnosis>> = {
  '25006': {
    code: 'read-only',
    says: 'does not accept writes (it is read-only)',
    remedy: 'make it writable, or name the primary in DATABASE_URL',
  },
  '28': {
    code: 'credentials',
    says: 'refuses the credentials',
    remedy: 'correct user and password in DATABASE_URL, or pg_hba.conf',
  },
  '3D': { code: 'no-database', says: 'has no such database', remedy: 'create it, or correct DATABASE_URL' },
  '40': { code: 'contention', says: 'rolled back for another transaction', remedy: 'the step is retried' },
  '42501': {
    code: 'rights',
    says: 'denies a right',
    remedy: 'allow the user of DATABASE_URL to create and write tables in its schema',
  },
  '53100': { code: 'disk-full', says: 'has no disk space left', remedy: 'make room' },
  '53300': {
    code: 'connections',
    says: 'has no connection left',
    remedy: 'raise max_connections, or run fewer workers',
  },
  '55P03': LATE,
  '57014': LATE,
  '57P': { code: 'restarting', says: 'is starting or shutting down', remedy: 'wait, or start it' },
  '22': {
    failureType: 'RecordsConflict',
    code: 'data',
    says: 'cannot hold a value',
    remedy: 'nothing was written; report it',
  },
  '23': {
    failureType: 'RecordsConflict',
    code: 'contradiction',
    says: 'holds a record that contradicts the new one',
    remedy: 'nothing was written; compare the two',
  },
  '42': {
    failureType: 'RecordsConflict',
    code: 'schema',
    says: 'does not have the tables that this version of the program expects',
    remedy: 'restore its schema, or name another database in DATABASE_URL',
  },
};

/** What the driver threw, as one of the family. Never the driver's own text: it may quote rows. */
export function toRecordsError(error: unknown, { where, step }: Circumstance): RecordsError {
  if (error instanceof RecordsError) return error;
  const { failureType = 'RecordsUnavailable', code, says, remedy } = diagnose(error);
  const facts = error instanceof DatabaseError && error.code ? { facts: { sqlState: error.code } } : {};
  return new RecordsError(
    failureType,
    `Postgres at ${where} ${says} while ${step}: ${remedy}`,
    { code, ...facts },
    error,
  );
}

/** A step that was not done within its total deadline. */
export function tooLate(circumstance: Circumstance): RecordsError {
  return unavailable(circumstance, LATE);
}

/** A connection that was not had in time: the server is silent, or all that there may be are in use. */
export function noConnection(circumstance: Circumstance): RecordsError {
  return unavailable(circumstance, {
    code: 'timeout',
    says: 'gave no connection in time',
    remedy: 'check host and port in DATABASE_URL, its load and its max_connections',
  });
}

function unavailable({ where, step }: Circumstance, { code, says, remedy }: Diagnosis): RecordsError {
  return new RecordsError('RecordsUnavailable', `Postgres at ${where} ${says} while ${step}: ${remedy}`, { code });
}

/** A record that stands against the new one, found by us and not by a constraint. */
export function conflict(message: string, facts?: NonNullable<SafeDetails['facts']>): RecordsError {
  return new RecordsError('RecordsConflict', message, { code: 'contradiction', ...(facts && { facts }) });
}

function diagnose(error: unknown): Diagnosis {
  if (error instanceof DatabaseError) {
    const state = error.code ?? '';
    const known = SQLSTATE[state] ?? SQLSTATE[state.slice(0, 3)] ?? SQLSTATE[state.slice(0, 2)];
    return known ?? { code: 'server', says: `answered with an error (SQLSTATE ${state})`, remedy: 'see its log' };
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (TLS_CODE.test(code)) {
    return { code: 'tls', says: 'cannot be trusted (TLS)', remedy: 'check sslmode and sslrootcert in DATABASE_URL' };
  }
  return SOCKET[code] ?? ABRUPT;
}
