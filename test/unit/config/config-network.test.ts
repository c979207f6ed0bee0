import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readConfig } from '../../../src/config/config.js';
import type { Env } from '../../../src/config/environment.js';
import { ConfigError } from '../../../src/config/errors.js';
import { createScrubber } from '../../../src/observability/log.js';
import { selfSigned } from '../../support/tls/self-signed.js';

const folder = mkdtempSync(join(tmpdir(), 'journey-metrics-network-'));
after(() => {
  rmSync(folder, { recursive: true });
});
const fileOf = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const { cert, key } = selfSigned();
const SOURCE = { CXONE_ORG_ID: 'acme', CXONE_CLIENT_ID: 'id', CXONE_CLIENT_SECRET: 'secret-of-client' };
const BI = { BI_WEBHOOK_URL: 'https://bi.example/hook' };
const destinationsFile = (entry: object): Env => ({
  ...BI,
  BI_DESTINATIONS_FILE: fileOf(
    'destinations.json',
    JSON.stringify({ lake: { url: 'https://lake.example', ...entry } }),
  ),
});

describe('a file of authorities', () => {
  const readers: Readonly<Record<string, (path: string) => unknown>> = {
    CXONE_CA_FILE: (path) => readConfig({ ...SOURCE, CXONE_CA_FILE: path }).orgs(),
    BI_WEBHOOK_CA_FILE: (path) => readConfig({ ...BI, BI_WEBHOOK_CA_FILE: path }).destinations(),
    BI_DESTINATIONS_FILE: (path) => readConfig(destinationsFile({ caFile: path })).destinations(),
    AWS_CA_BUNDLE: (path) => readConfig({ DATASET_URL: 's3://rows', AWS_CA_BUNDLE: path }).datasets(),
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: (path) =>
      readConfig({ TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_TLS_SERVER_CA_CERT_PATH: path }).temporal(),
    NODE_EXTRA_CA_CERTS: (path) =>
      readConfig({ ...SOURCE, ...BI, DATABASE_URL: 'postgres://db/x', NODE_EXTRA_CA_CERTS: path }).worker(),
  };
  const broken = {
    'is empty': '',
    'has a key alone': key,
    'is cut off': cert.slice(0, 300),
    'has noise inside': cert.replace(/\n.{20}/, '\nAAAA'),
  };
  for (const [variable, read] of Object.entries(readers)) {
    it(`that ${variable} names is read, and refused by name where no certificate can be read in it`, () => {
      read(fileOf('good.pem', `some text before\n${cert}${cert}`));
      for (const [what, text] of Object.entries(broken)) {
        assert.throws(
          () => read(fileOf('broken.pem', text)),
          (error) =>
            error instanceof ConfigError && error.variable === variable && error.message.includes('certificate'),
          `${variable} ${what}`,
        );
      }
    });
  }
});

describe('headers of a receiver', () => {
  const headersOf = (entry: object): Readonly<Record<string, string>> | undefined => {
    const lake = readConfig(destinationsFile(entry)).destinations()['lake'];
    return lake && 'headers' in lake ? lake.headers : undefined;
  };

  it('are those of the entry and those of a file, as JSON or as lines', () => {
    assert.deepEqual(headersOf({}), {});
    assert.deepEqual(headersOf({ headers: { 'X-Env': 'prod' } }), { 'X-Env': 'prod' });
    const json = fileOf('headers.json', '{"Authorization": "Bearer abcdef123"}');
    assert.deepEqual(headersOf({ headers: { 'X-Env': 'prod' }, headersFile: json }), {
      'X-Env': 'prod',
      Authorization: 'Bearer abcdef123',
    });
    const lines = fileOf('headers.txt', 'Authorization: Bearer abcdef123 \r\nX-Api-Key:k:1\n\n');
    assert.deepEqual(headersOf({ headersFile: lines }), { Authorization: 'Bearer abcdef123', 'X-Api-Key': 'k:1' });
  });

  it('are learnt by the scrubber, each word of them, and what basic authentication only encodes', () => {
    const { learn, scrub } = createScrubber();
    const basic = Buffer.from('robot:hunter2hunter2').toString('base64');
    const env = destinationsFile({ headers: { Authorization: `Basic ${basic}`, 'X-Api-Key': 'canary-of-a-key' } });
    readConfig(env, learn).destinations();
    for (const secret of [basic, 'hunter2hunter2', 'canary-of-a-key', `Basic ${basic}`]) {
      assert.ok(!scrub(`it said ${secret}!`).includes(secret), secret);
    }
  });

  const reserved = [
    ...['webhook-id', 'Webhook-Signature', 'webhook-timestamp', 'Content-Length', 'content-type', 'Host', 'Connection'],
    ...[
      'Transfer-Encoding',
      'content-encoding',
      'Expect',
      'upgrade',
      'User-Agent',
      'X-Aggregator-Version',
      'Proxy-Authorization',
    ],
  ];
  it('that are reserved are refused by name', () => {
    for (const name of reserved) {
      assert.throws(
        () => headersOf({ headers: { [name]: 'canary' } }),
        (error) => {
          assert.ok(error instanceof ConfigError);
          assert.match(error.message, new RegExp(`^BI_DESTINATIONS_FILE .*The header ${name} is reserved`));
          return !error.message.includes('canary');
        },
      );
    }
  });

  it('that could end a line, or mean two things, are refused without their value', () => {
    for (const value of ['canary\r\nx: y', 'canary\nx', 'canary\r', 'canary\0', ' canary', 'canary ', 'canäry', '']) {
      assert.throws(
        () => headersOf({ headers: { 'X-Env': value } }),
        (error) => error instanceof ConfigError && error.message.includes('X-Env') && !error.message.includes('can'),
        JSON.stringify(value),
      );
    }
    assert.throws(() => headersOf({ headers: { 'X-Env\r\nX-Other': 'a' } }), /name that is not one/);
    assert.throws(() => headersOf({ headers: { 'X-Env': 'a', 'x-env': 'b' } }), /x-env is given twice/);
    const file = fileOf('headers.json', '{"x-env": "b"}');
    assert.throws(() => headersOf({ headers: { 'X-Env': 'a' }, headersFile: file }), /x-env is given twice/);
    assert.throws(() => headersOf({ headersFile: fileOf('bad', 'Authorization Bearer') }), /A line of headersFile/);
    assert.throws(() => headersOf({ headersFile: fileOf('bad', '{"a": 1}') }), /a text for each header/);
    assert.throws(() => headersOf({ headersFile: join(folder, 'nowhere') }), /cannot be read/);
  });
});

describe('the variables of proxies', () => {
  const proxyFor = (env: Env, url: string): string | undefined => {
    const bi = readConfig({ ...BI, ...env }).destinations()['bi'];
    return bi && 'network' in bi ? bi.network.proxies.for(new URL(url))?.url.href : undefined;
  };

  it('are read in either case; small letters win, an empty one is none', () => {
    assert.equal(proxyFor({ HTTPS_PROXY: 'http://a:1' }, 'https://x.example'), 'http://a:1/');
    assert.equal(
      proxyFor({ https_proxy: 'http://b:1', HTTPS_PROXY: 'http://a:1' }, 'https://x.example'),
      'http://b:1/',
    );
    assert.equal(proxyFor({ https_proxy: '', HTTPS_PROXY: 'http://a:1' }, 'https://x.example'), 'http://a:1/');
    assert.equal(proxyFor({ HTTPS_PROXY: 'http://a:1' }, 'http://x.example'), undefined);
    assert.equal(proxyFor({ all_proxy: 'http://c:1', HTTP_PROXY: 'http://a:1' }, 'https://x.example'), 'http://c:1/');
    assert.equal(proxyFor({ HTTPS_PROXY: 'http://a:1', no_proxy: 'X.example' }, 'https://x.example'), undefined);
  });

  it('are refused by name, without the login in them', () => {
    for (const [name, value] of [
      ['HTTPS_PROXY', 'socks5://me:canary@proxy:1080'],
      ['HTTP_PROXY', 'http://me:can/ary@proxy:3128'],
      ['ALL_PROXY', 'http://me:canary@proxy:port'],
    ] as const) {
      assert.throws(
        () => proxyFor({ [name]: value }, 'https://x.example'),
        (error) => error instanceof ConfigError && error.variable === name && !error.message.includes('canary'),
        name,
      );
    }
  });

  it('teach the scrubber the login, in small letters and without a scheme, too', () => {
    const { learn, scrub } = createScrubber();
    readConfig({ ...BI, https_proxy: 'me:canary-of-a-proxy@proxy.example:3128' }, learn).destinations();
    assert.ok(!scrub('me:canary-of-a-proxy').includes('canary'));
    assert.ok(
      !scrub(Buffer.from('me:canary-of-a-proxy').toString('base64')).includes(
        Buffer.from('me:canary').toString('base64').slice(0, 8),
      ),
    );
  });
});
