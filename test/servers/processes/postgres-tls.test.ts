import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { exitCodeOf } from '../../../src/config/errors.js';
import { openRecords } from '../../../src/records/open-records.js';
import { checkConnection } from '../../../src/records/postgres/check-connection.js';
import { startPostgres, type PostgresServer } from '../../../stack/servers/postgres.js';
import { QUICK_POSTGRES } from '../../support/records/databases.js';
import { execute } from '../../support/records/postgres.js';
import { ownCa } from '../../support/tls/own-ca.js';

/** Until the rules are changed, everybody with a password comes in. */
const OPEN = 'host all all 127.0.0.1/32 scram-sha-256\n';
const TLS_ONLY = `
local    all  all                      trust
hostssl  all  certified  127.0.0.1/32  cert
hostssl  all  all        127.0.0.1/32  scram-sha-256
`;
const ROLES = `
CREATE ROLE certified LOGIN;
CREATE ROLE nobody NOLOGIN PASSWORD 'p';
CREATE ROLE poor LOGIN PASSWORD 'p';
CREATE ROLE busy LOGIN PASSWORD 'p' CONNECTION LIMIT 0;
`;

describe('Postgres with TLS alone, an own CA and a socket', () => {
  let folder: string;
  let secure: PostgresServer;
  let plain: PostgresServer;
  const files = { ca: '', other: '', cert: '', key: '', sockets: '' };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'postgres-tls-'));
    chmodSync(folder, 0o755);
    const ca = ownCa(folder);
    const server = ca.issue('server', 'DNS:localhost');
    Object.assign(files, {
      ca: ca.file,
      other: ownCa(folder, 'other').file,
      ...ca.issue('certified', 'DNS:certified'),
    });
    plain = await startPostgres({ dataDir: join(folder, 'plain'), settings: QUICK_POSTGRES });
    // The server runs as the owner of its folder, and takes a key that only that user can read.
    const { uid, gid } = statSync(join(folder, 'plain'));
    files.sockets = join(folder, 'sockets');
    mkdirSync(files.sockets);
    const rules = join(folder, 'pg_hba.conf');
    writeFileSync(rules, OPEN);
    for (const file of [files.sockets, rules, server.key, server.cert]) chownSync(file, uid, gid);
    chmodSync(server.key, 0o600);
    secure = await startPostgres({
      dataDir: join(folder, 'secure'),
      settings: [
        ...QUICK_POSTGRES,
        ...['ssl=on', `ssl_cert_file=${server.cert}`, `ssl_key_file=${server.key}`, `ssl_ca_file=${ca.file}`],
        ...[`hba_file=${rules}`, `unix_socket_directories=${files.sockets}`],
      ],
    });
    await execute(secure.url, ROLES);
    writeFileSync(rules, TLS_ONLY);
    await execute(secure.url, 'SELECT pg_reload_conf()');
  });
  after(async () => {
    await Promise.all([secure.stop(), plain.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** The URL of the server, changed. */
  const at = (parameters: string, change: (url: URL) => void = () => undefined): string => {
    const url = new URL(secure.url);
    url.hostname = 'localhost';
    change(url);
    url.search = parameters;
    return url.href;
  };
  const asRole = (role: string) => (url: URL) => {
    [url.username, url.password] = [role, 'p'];
  };
  const byAddress = (url: URL): void => {
    url.hostname = '127.0.0.1';
  };
  const look = async (url: string): Promise<string> =>
    (await checkConnection({ url }, AbortSignal.timeout(30_000))).where;

  const good: Readonly<Record<string, () => string>> = {
    'sslmode=require, which checks no certificate, as with every other program': () => at('sslmode=require'),
    'verify-full with the CA, by the name in the certificate': () => at(`sslmode=verify-full&sslrootcert=${files.ca}`),
    'verify-ca, by any name': () => at(`sslmode=verify-ca&sslrootcert=${files.ca}`, byAddress),
    'a client certificate in place of a password': () =>
      at(`sslmode=require&sslcert=${files.cert}&sslkey=${files.key}`, asRole('certified')),
    'a socket, without TLS': () => `postgres://journey@/journey_metrics?host=${files.sockets}&port=${secure.port}`,
  };
  for (const [name, url] of Object.entries(good)) {
    it(`connects: ${name}`, async () => {
      assert.match(await look(url()), /^(localhost|127\.0\.0\.1|\/.*sockets):\d+\/journey_metrics$/);
    });
  }

  const bad: Readonly<Record<string, readonly [() => string, RegExp]>> = {
    'no TLS': [() => at(''), /lets nobody in without TLS.*: write sslmode=require/],
    'sslmode=disable': [() => at('sslmode=disable'), /lets nobody in without TLS/],
    'an unknown CA': [
      () => at('sslmode=verify-full'),
      /certificate of an unknown CA .*: name the file .* as sslrootcert/,
    ],
    'another CA': [() => at(`sslmode=require&sslrootcert=${files.other}`), /certificate of an unknown CA/],
    'another name': [
      () => at(`sslmode=verify-full&sslrootcert=${files.ca}`, byAddress),
      /certificate for another host name.*sslmode=verify-ca/,
    ],
    'a file of a CA that is not there': [
      () => at('sslmode=verify-full&sslrootcert=/nowhere/ca.crt'),
      /names a file as sslrootcert that cannot be read \(ENOENT\)/,
    ],
    'verify-ca without a CA': [() => at('sslmode=verify-ca'), /verify-ca without sslrootcert: name the CA file/],
    'sslmode=prefer': [() => at('sslmode=prefer'), /sslmode that cannot be had: write disable, require/],
    'no client certificate': [() => at('sslmode=require', asRole('certified')), /wants a client certificate/],
    'a wrong password': [
      () => at('sslmode=require', (url) => (url.password = 'hunter22')),
      /refuses the credentials: the password is wrong, or there is no such user/,
    ],
    'a role that may not log in': [() => at('sslmode=require', asRole('nobody')), /does not let this role log in/],
    'no such database': [() => at('sslmode=require', (url) => (url.pathname = '/other')), /has no such database/],
    'TLS where there is none': [() => `${plain.url}?sslmode=require`, /offers no TLS.*sslmode=disable/],
    'a socket that is not there': [
      () => `postgres:///journey_metrics?host=${files.sockets}&port=1`,
      /has no such socket/,
    ],
    'a host without an address': [
      () => 'postgres://a:b@nowhere.invalid/c',
      /host name that (does not|cannot be) resolve/,
    ],
    'no connection left': [() => at('sslmode=require', asRole('busy')), /has no connection left .*max_connections/],
  };
  const mayPass = /socket that is not there|without an address|no connection left/;
  for (const [name, [url, sentence]] of Object.entries(bad)) {
    it(`says in a sentence of its own: ${name}`, async () => {
      await assert.rejects(look(url()), (error: Error) => {
        assert.match(error.message, sentence);
        assert.doesNotMatch(error.message, /hunter22|\n/);
        assert.equal(exitCodeOf(error), mayPass.test(name) ? 1 : 2);
        return true;
      });
    });
  }

  it('says in a sentence of its own: no right to the schema', async () => {
    const opening = openRecords({
      url: at('sslmode=require', asRole('poor')),
      now: Date.now,
      signal: AbortSignal.timeout(30_000),
    });
    await assert.rejects(opening, { message: /denies a right .*: allow the user of DATABASE_URL to create/ });
  });
});
