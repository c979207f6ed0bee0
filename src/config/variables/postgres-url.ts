import { BadValue } from '../errors.js';
import { url, type Kind } from '../kinds.js';
import { PERCENT_ENCODE } from '../files/url-secrets.js';
import { percentDecoded } from '../../network/percent-decoded.js';

const FORM = /^postgres(?:ql)?:\/\/(?:([^/?#@]*)@)?([^/?#@]*)(\/[^?#@]*)?(\?[^#@]*)?$/;
/** Parameters that are read as everybody means them, or that change nothing here. */
const READ = [
  ...['host', 'port', 'user', 'password', 'options', 'application_name', 'fallback_application_name'],
  ...['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslpassword', 'uselibpqcompat'],
  ...['connect_timeout', 'channel_binding', 'gssencmode', 'client_encoding'],
  ...['keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count'],
];

/** Known to other programs. Here they would be passed over, or read otherwise, without a word. */
const NOT_READ = [
  ...['dbname', 'database', 'hostaddr', 'service', 'passfile', 'require_auth', 'load_balance_hosts', 'replication'],
  ...['sslcrl', 'sslcrldir', 'sslnegotiation', 'sslcompression', 'ssl_min_protocol_version', 'krbsrvname', 'gsslib'],
  ...['schema', 'currentSchema', 'search_path', 'pgbouncer', 'connection_limit', 'pool_timeout', 'max', 'min', 'types'],
  ...[
    'statement_timeout',
    'lock_timeout',
    'query_timeout',
    'idle_in_transaction_session_timeout',
    'binary',
    'keepAlive',
  ],
];

/** One host is tried, and it must take writes: what else these could ask for is not done. */
const TARGETS = ['any', 'read-write', 'primary'];

const PARTS = 'write postgres://user:password@host:port/database';

/**
 * Keeps the text, which the driver reads itself. Refused is what it reads otherwise than a person, or than the rest of
 * us: then a part of the password could pass for a host or a database, and be shown.
 */
export const postgresUrl: Kind<string> = url((value: string) => {
  if (value.startsWith('socket:')) {
    throw new BadValue('must not be a socket: URL: write postgres:///database?host=/folder/of/the/socket');
  }
  if (!/^postgres(ql)?:\/\//.test(value)) throw new BadValue(`is not a Postgres URL: ${PARTS}`);
  const [, credentials = '', host = '', , query = ''] = FORM.exec(value) ?? [];
  if (!FORM.test(value) || /[\s\\]/.test(value) || percentDecoded(value) === undefined || /:.*:/.test(credentials)) {
    throw new BadValue(`has a character that must be escaped: ${PERCENT_ENCODE}`);
  }
  const parameters = new URLSearchParams(query);
  const hosts = [host, ...['host', 'port'].flatMap((name) => parameters.getAll(name))];
  if (hosts.some((each) => /,|%2c/i.test(each))) {
    throw new BadValue('names several hosts: name one, the primary or a proxy in front of them');
  }
  for (const name of new Set(parameters.keys())) refuseParameter(name, parameters.getAll(name));
  // `user:password@/database` is how clouds write it; the name of the host is among the parameters.
  if (!URL.canParse(value.replace('@/', '@localhost/'))) throw new BadValue(`is not a Postgres URL: ${PARTS}`);
  return value;
});

function refuseParameter(name: string, values: readonly string[]): void {
  if (values.length > 1) throw new BadValue(`has a parameter twice${named(name)}: write it once`);
  if (READ.includes(name)) return;
  if (name === 'target_session_attrs') {
    if (TARGETS.includes(values[0] ?? '')) return;
    throw new BadValue('has a target_session_attrs that is not honoured: the server must take writes');
  }
  const instead = name === 'schema' || name === 'currentSchema' || name === 'search_path';
  const advice = instead ? 'write options=-c%20search_path%3DNAME' : 'remove it';
  throw new BadValue(`has a parameter that is not read${named(name)}: ${advice}`);
}

/** Only what is known to be a name is shown: an unescaped password may have left anything here. */
function named(name: string): string {
  return [...READ, ...NOT_READ].includes(name) ? ` (${name})` : '';
}
