import { DatabaseError } from 'pg';

export type RecordsFailure = 'RecordsUnavailable' | 'RecordsConflict';

/** What is wrong, for people. */
export interface Diagnosis {
  readonly failureType?: RecordsFailure;
  readonly code: string;
  /** Completes `Postgres at …`. */
  readonly says: string;
  readonly remedy: string;
  /** Trying again does not help: somebody has to change a setting. */
  readonly misconfigured?: true;
}

const ABRUPT: Diagnosis = {
  code: 'reset',
  says: 'broke the connection off',
  remedy: 'see its log; the step is retried',
};

export const LATE: Diagnosis = {
  code: 'timeout',
  says: 'took too long',
  remedy: 'look for long transactions and locks in pg_stat_activity',
};

const NO_CONNECTION: Diagnosis = {
  code: 'connections',
  says: 'has no connection left',
  remedy: 'raise max_connections, lower DATABASE_CONNECTIONS, or run fewer workers and gateways',
};

/** By errno of the socket. */
const SOCKET: Readonly<Record<string, Diagnosis>> = {
  ECONNREFUSED: { code: 'refused', says: 'refuses connections', remedy: 'start it, or correct DATABASE_URL' },
  ENOENT: { code: 'refused', says: 'has no such socket', remedy: 'start it, or correct DATABASE_URL' },
  EACCES: setting('rights', 'does not let this user open its socket', 'allow it, or connect by TCP'),
  ENOTFOUND: { code: 'dns', says: 'has a host name that does not resolve', remedy: 'correct DATABASE_URL' },
  EAI_AGAIN: { code: 'dns', says: 'has a host name that cannot be resolved now', remedy: 'check DNS' },
  EHOSTUNREACH: { code: 'unreachable', says: 'cannot be reached', remedy: 'check the network' },
  ENETUNREACH: { code: 'unreachable', says: 'cannot be reached', remedy: 'check the network' },
  ETIMEDOUT: LATE,
};

const NO_TLS = setting(
  'tls',
  'offers no TLS',
  'set ssl = on in its configuration, or write sslmode=disable in DATABASE_URL',
);

/** By the code that Node or OpenSSL gives to a failed handshake. */
const HANDSHAKE: readonly (readonly [RegExp, Diagnosis])[] = [
  [
    /ALTNAME_INVALID|HOSTNAME_MISMATCH/,
    setting(
      'tls',
      'has a certificate for another host name',
      'write the name that is in it, or sslmode=verify-ca in DATABASE_URL',
    ),
  ],
  [/CERT_HAS_EXPIRED/, setting('tls', 'has a certificate that has expired', 'renew it')],
  [/CERT_NOT_YET_VALID/, setting('tls', 'has a certificate that is not valid yet', 'check the clocks')],
  [
    /SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_UNTRUSTED|CERT_SIGNATURE/,
    setting(
      'tls',
      'has a certificate of an unknown CA',
      "name the file with the CA's certificate as sslrootcert in DATABASE_URL",
    ),
  ],
  [
    /ALERT|HANDSHAKE_FAILURE/,
    setting('tls', 'refuses the TLS handshake', 'name a client certificate as sslcert and sslkey, or see its log'),
  ],
  [
    /^ERR_(TLS|SSL|OSSL)|CERT|SIGNATURE/,
    setting('tls', 'cannot be trusted (TLS)', 'check sslmode and sslrootcert in DATABASE_URL'),
  ],
];

/** Texts of the driver, which has no codes for these. */
const DRIVER: readonly (readonly [RegExp, Diagnosis])[] = [
  [/does not support SSL/, NO_TLS],
  [
    /SASL.*password must be/,
    setting('credentials', 'wants a password, and DATABASE_URL has none', 'write it into DATABASE_URL'),
  ],
];

/** By SQLSTATE, or by its class of two characters (Postgres manual, appendix A). */
const SQLSTATE: Readonly<Record<string, Diagnosis>> = {
  '08P01': setting('protocol', '(or a pooler before it) refuses the protocol (08P01)', 'see its log'),
  '25006': {
    code: 'read-only',
    says: 'does not accept writes (it is read-only)',
    remedy: 'make it writable, or name the primary in DATABASE_URL',
  },
  '28': setting(
    'credentials',
    'has no rule in pg_hba.conf that lets this host and user in',
    'add one, or correct DATABASE_URL',
  ),
  '28P01': setting(
    'credentials',
    'refuses the credentials: the password is wrong, or there is no such user',
    'correct user and password in DATABASE_URL',
  ),
  '3D': setting('no-database', 'has no such database', 'create it, or correct DATABASE_URL'),
  '3F': setting(
    'rights',
    'has no schema in which the user of DATABASE_URL may create tables',
    'create one, or correct its search_path',
  ),
  '40': { code: 'contention', says: 'rolled back for another transaction', remedy: 'the step is retried' },
  '42501': setting(
    'rights',
    'denies a right',
    'allow the user of DATABASE_URL to create and write tables in its schema',
  ),
  '53100': { code: 'disk-full', says: 'has no disk space left', remedy: 'make room' },
  '53300': NO_CONNECTION,
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

/** What one SQLSTATE says in several ways: by the server's text, of which nothing else is shown. */
const SERVER: readonly (readonly [sqlState: RegExp, text: RegExp, Diagnosis])[] = [
  [
    /^28/,
    /no encryption|SSL off/,
    setting(
      'tls',
      'lets nobody in without TLS from here',
      'write sslmode=require (or verify-full) in DATABASE_URL, or add a rule to pg_hba.conf',
    ),
  ],
  [
    /^28/,
    /client certificate/,
    setting('tls', 'wants a client certificate', 'name it as sslcert and sslkey in DATABASE_URL'),
  ],
  [
    /^28/,
    /role .* does not exist/,
    setting('credentials', 'has no such role', 'create it, or correct the user in DATABASE_URL'),
  ],
  [
    /^28/,
    /not permitted to log in/,
    setting('credentials', 'does not let this role log in', 'grant it LOGIN, or correct DATABASE_URL'),
  ],
  // PgBouncer has one SQLSTATE for all of its own.
  [
    /^08P01$/,
    /unsupported startup parameter/,
    setting(
      'pooler',
      'is behind a pooler that refuses a startup parameter',
      'take `options` out of DATABASE_URL and PGOPTIONS, or name the parameter in its ignore_startup_parameters',
    ),
  ],
  [
    /^08P01$/,
    /no such database|bouncer config error/,
    setting('no-database', 'is behind a pooler that has no such database', 'correct DATABASE_URL'),
  ],
  [
    /^08P01$/,
    /password|no such user|auth/i,
    setting(
      'credentials',
      'is behind a pooler that refuses the credentials',
      'correct user and password in DATABASE_URL',
    ),
  ],
  [/^08P01$/, /TLS|SSL/, setting('tls', 'is behind a pooler that wants TLS', 'write sslmode=require in DATABASE_URL')],
  [/^08P01$/, /no more connections|too many|query_wait_timeout/, NO_CONNECTION],
  [
    /^08P01$/,
    /shutting down|server down|cannot connect|server login|server conn/,
    { ...ABRUPT, says: 'is not reached by the pooler before it' },
  ],
];

function setting(code: string, says: string, remedy: string): Diagnosis {
  return { code, says, remedy, misconfigured: true };
}

/** Judges what the driver threw. */
export function diagnose(error: unknown): Diagnosis {
  if (error instanceof DatabaseError) {
    const { code: state = '', message } = error;
    const told = SERVER.find(([sqlState, text]) => sqlState.test(state) && text.test(message))?.[2];
    const known = told ?? SQLSTATE[state] ?? SQLSTATE[state.slice(0, 3)] ?? SQLSTATE[state.slice(0, 2)];
    return known ?? { code: 'server', says: `answered with an error (SQLSTATE ${state})`, remedy: 'see its log' };
  }
  if (!(error instanceof Error)) return ABRUPT;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const byText = DRIVER.find(([text]) => text.test(error.message))?.[1];
  return SOCKET[code] ?? HANDSHAKE.find(([name]) => name.test(code))?.[1] ?? byText ?? ABRUPT;
}
