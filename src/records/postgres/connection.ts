import { readFileSync } from 'node:fs';
import { Client, type ClientConfig } from 'pg';
import { badUrl } from './errors.js';

/** Where a URL leads, and how. */
export interface Place {
  /** `host:port/database`, for messages. */
  readonly where: string;
  readonly config: ClientConfig;
}

type Tls = Exclude<ClientConfig['ssl'], boolean | undefined>;

/** Ours to read, as libpq reads them: the driver takes `require` for `verify-full`, and dies of a file that is not there. */
const TLS_PARAMETERS = ['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslpassword', 'uselibpqcompat'] as const;

/**
 * Reads a URL: the driver's own reading (a socket, PGHOST and the like included), and libpq's of what is said about TLS.
 * Throws `RecordsUnavailable`, and quotes nothing of it.
 */
export function readPlace(url: string): Place {
  const [address = '', query = ''] = url.split(/\?(.*)/s);
  const parameters = new URLSearchParams(query);
  const said = new Map(TLS_PARAMETERS.map((name) => [name, parameters.get(name) ?? undefined] as const));
  for (const name of TLS_PARAMETERS) parameters.delete(name);
  const { host, port, database, user, password } = readAddress(url, `${address}?${parameters.toString()}`);
  const options = parameters.get('options');
  // A socket has no TLS.
  const ssl = host.startsWith('/') ? false : tlsOf(said);
  return {
    where: `${host}:${port}/${database ?? ''}`,
    config: {
      ...{ host, port },
      ...(database !== undefined && { database }),
      ...(user !== undefined && { user }),
      ...(typeof password === 'string' && { password }),
      ...(options !== null && { options }),
      ...(ssl !== undefined && { ssl }),
      application_name: parameters.get('application_name') ?? 'journey-metrics',
    },
  };
}

function readAddress(url: string, connectionString: string): Client {
  try {
    // The driver would take any other text for the name of a database.
    if (!/^postgres(ql)?:\/\//.test(url)) throw new TypeError('another scheme');
    return new Client({ connectionString });
  } catch {
    // Without its cause: the parser's error quotes the URL, password and all.
    throw badUrl('DATABASE_URL is not a Postgres URL: write postgres://user:password@host:port/database');
  }
}

/** Undefined where nothing is said: then PGSSLMODE decides, and without it there is no TLS. */
function tlsOf(said: ReadonlyMap<(typeof TLS_PARAMETERS)[number], string | undefined>): Tls | false | undefined {
  const root = said.get('sslrootcert');
  const key = said.get('sslkey');
  const passphrase = said.get('sslpassword');
  const cert = said.get('sslcert');
  const ssl = said.get('ssl');
  const mode = said.get('sslmode') ?? modeOfSsl(ssl) ?? ((root ?? cert ?? key) ? 'verify-full' : undefined);
  if (mode === undefined) return undefined;
  if (mode === 'disable') return false;
  const tls: Tls = {
    ...(root !== undefined && root !== 'system' && { ca: contentOf('sslrootcert', root) }),
    ...(cert !== undefined && { cert: contentOf('sslcert', cert) }),
    ...(key !== undefined && { key: contentOf('sslkey', key) }),
    ...(passphrase !== undefined && { passphrase }),
  };
  switch (mode) {
    case 'verify-full':
      return tls;
    case 'verify-ca':
      if (root === undefined) throw badUrl('DATABASE_URL has sslmode=verify-ca without sslrootcert: name the CA file');
      return { ...tls, checkServerIdentity: () => undefined };
    case 'require':
      // As libpq has it: a CA that is named is to be checked.
      return root === undefined
        ? { ...tls, rejectUnauthorized: false }
        : { ...tls, checkServerIdentity: () => undefined };
    case 'no-verify':
      return { ...tls, rejectUnauthorized: false };
    default:
      throw badUrl('DATABASE_URL has an sslmode that cannot be had: write disable, require, verify-ca or verify-full');
  }
}

function modeOfSsl(ssl: string | undefined): string | undefined {
  if (ssl === undefined) return undefined;
  return ['0', 'false'].includes(ssl) ? 'disable' : ssl === 'no-verify' ? ssl : 'verify-full';
}

function contentOf(parameter: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code =
      error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unreadable';
    throw badUrl(
      `DATABASE_URL names a file as ${parameter} that cannot be read (${code}): give the path of a file in PEM`,
    );
  }
}
