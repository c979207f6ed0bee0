import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { Client } from 'pg';
import { describeFailure } from '../../../src/cli/program/failure.js';
import { readConfig, type Config } from '../../../src/config/config.js';
import { ConfigError } from '../../../src/config/errors.js';
import { createLogger, createScrubber } from '../../../src/observability/log.js';
import { Database } from '../../../src/records/postgres/database.js';

const folder = mkdtempSync(join(tmpdir(), 'journey-metrics-secrets-'));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

const BASE = {
  JOURNEY_METRICS_HOME: folder,
  HOME: folder,
  CXONE_ORG_ID: 'acme',
  CXONE_CLIENT_ID: 'id',
  CXONE_CLIENT_SECRET: 'a-client-secret',
  BI_WEBHOOK_URL: 'https://bi.example/hook',
  TEMPORAL_ADDRESS: 'localhost:7233',
  DATABASE_URL: 'postgres://journey:hunter22@db/journey',
  DATASET_URL: 's3://bucket/prefix',
};

/** Where somebody may put a secret into an address, by variable. */
const PLACED: Readonly<Record<string, readonly ((secret: string) => string)[]>> = {
  DATABASE_URL: [
    (secret) => `postgres://journey:${secret}@db:5432/journey`,
    (secret) => `postgres://journey:12/${secret}@db/journey`,
    (secret) => `postgres://journey:1#${secret}@db/journey`,
    (secret) => `postgres://journey:1?${secret}@db/journey`,
    (secret) => `postgres://journey:1@${secret}@db/journey`,
    (secret) => `postgres://db/journey?password=${secret}`,
    (secret) => `postgres://journey:${secret}@one:5432,two:5432/journey`,
    (secret) => `socket://journey:${secret}@/tmp?db=journey`,
    (secret) => `mysql://journey:${secret}@db/journey`,
  ],
  BI_WEBHOOK_URL: [
    (secret) => `https://bi:${secret}@bi.example/hook`,
    (secret) => `https://bi:12/${secret}@bi.example/hook`,
    (secret) => `https://bi.example/hook?token=${secret}`,
    (secret) => `https://bi.example/hook#${secret}`,
    (secret) => `http://bi:${secret}@bi.example/hook`,
  ],
  AWS_ENDPOINT_URL: [
    (secret) => `https://key:${secret}@s3.example`,
    (secret) => `https://key:12/${secret}@s3.example`,
    (secret) => `https://s3.example?token=${secret}`,
    (secret) => `https://s3.example#${secret}`,
  ],
  DATASET_URL: [(secret) => `s3://key:${secret}@bucket/prefix`, (secret) => `file://key:${secret}@host/folder`],
  TEMPORAL_ADDRESS: [(secret) => `key:${secret}@host:7233`, (secret) => `https://key:12/${secret}@host:7233`],
  TEMPORAL_UI_URL: [(secret) => `https://key:${secret}@ui.example`, (secret) => `https://key:12/${secret}@ui.example`],
  CXONE_BASE_URL: [
    (secret) => `https://key:${secret}@cxone.example`,
    (secret) => `https://key:12/${secret}@cxone.example`,
    (secret) => `https://cxone.example/?token=${secret}`,
  ],
  CXONE_CLIENT_SECRET_FILE: [(secret) => secret],
  HTTPS_PROXY: [(secret) => `http://key:${secret}@proxy.example:3128`],
};

/** Whatever a program does with its configuration: reads each part, and writes what it gets in each way it has. */
function outputs(env: Readonly<Record<string, string>>): readonly string[] {
  const { scrub, learn } = createScrubber();
  const config = readConfig(env, learn);
  const written: string[] = [];
  const log = createLogger({ level: 'trace', scrub, write: (line) => written.push(line) });
  const parts: readonly ((config: Config) => unknown)[] = [
    (read) => read.databaseUrl(),
    (read) => new Database({ url: read.databaseUrl() }).where,
    (read) => Object.values(read.destinations()).map((each) => ('url' in each ? String(each.url) : '')),
    (read) => read.datasets(),
    (read) => read.temporal().address,
    (read) => read.runUrl()('run', 'id'),
    (read) => JSON.stringify(read.orgs(), (key, value: unknown) => (/secret/i.test(key) ? undefined : value)),
  ];
  for (const part of parts) {
    try {
      const value = part(config);
      log.info({ value }, `read ${JSON.stringify(value)}`);
      written.push(scrub(String(value)), scrub(JSON.stringify(value)));
    } catch (error) {
      log.error({ error }, 'refused');
      written.push(scrub(JSON.stringify(describeFailure(error))));
    }
  }
  return written;
}

const MARKS = 'abcXYZ019-_.~!$&()*+,;=:/@#?%\\[]"\' {}|<>é';

/** Long enough to be recognised, and with what breaks parsers. */
const secrets = fc
  .string({ unit: fc.constantFrom(...Array.from(MARKS)), minLength: 10, maxLength: 30 })
  .map((text) => `q7${text}z9`);

function assertNowhere(secret: string, written: readonly string[], of: string): void {
  // A parser may show any piece of it, so every piece that could be told from a word counts.
  const pieces = secret.split(/[/?#@:\s&=,;]/).filter((piece) => piece.length >= 8);
  for (const text of written) {
    for (const piece of [secret, ...pieces]) assert.ok(!text.includes(piece), `${of} shows ${piece}: ${text}`);
  }
}

describe('a secret in an address', () => {
  for (const [variable, places] of Object.entries(PLACED)) {
    it(`is in no output, wherever ${variable} has it, escaped or not`, () => {
      fc.assert(
        fc.property(secrets, fc.constantFrom(...places), fc.boolean(), (secret, place, isEscaped) => {
          const text = isEscaped ? encodeURIComponent(secret) : secret;
          const { CXONE_CLIENT_SECRET, ...base } = BASE;
          const env = { ...base, ...(!variable.startsWith('CXONE_CLIENT') && { CXONE_CLIENT_SECRET }) };
          assertNowhere(secret, outputs({ ...env, [variable]: place(text) }), variable);
        }),
        { numRuns: 150 },
      );
    });
  }

  it('is in no sentence about a file that is no JSON', () => {
    const path = join(folder, 'destinations.json');
    writeFileSync(path, '{"lake": {"secrets": [q7-secret-in-a-file]}}');
    const written = outputs({ ...BASE, BI_DESTINATIONS_FILE: path });
    assertNowhere('q7-secret-in-a-file', written, 'BI_DESTINATIONS_FILE');
    assert.ok(written.some((text) => text.includes('BI_DESTINATIONS_FILE is not JSON')));
  });

  it('of a profile file that cannot be read is in no sentence', () => {
    const path = join(folder, 'temporal.toml');
    writeFileSync(path, '[profile.default]\napi_key = "q7-secret-of-a-profile\n');
    const { TEMPORAL_ADDRESS: _, ...env } = BASE;
    assertNowhere('q7-secret-of-a-profile', outputs({ ...env, TEMPORAL_CONFIG_FILE: path }), 'the profile');
  });
});

/** Decoded, it would be another text. */
function isEscapedText(text: string): boolean {
  try {
    return decodeURIComponent(text) !== text;
  } catch {
    return false;
  }
}

describe('DATABASE_URL', () => {
  const read = (url: string): string => readConfig({ ...BASE, DATABASE_URL: url }).databaseUrl();

  it('is taken only where the driver reads what a person meant', () => {
    fc.assert(
      fc.property(secrets, fc.boolean(), (password, isEscaped) => {
        // Nobody can tell such a one from a password that is escaped.
        fc.pre(isEscaped || !isEscapedText(password));
        const url = `postgres://journey:${isEscaped ? encodeURIComponent(password) : password}@db:5432/records`;
        try {
          read(url);
        } catch (error) {
          assert.ok(error instanceof ConfigError && !isEscaped);
          return;
        }
        const { host, port, database, user, password: understood } = new Client({ connectionString: url });
        assert.deepEqual([host, port, database, user, understood], ['db', 5432, 'records', 'journey', password]);
      }),
    );
  });

  for (const [url, reason] of [
    ['postgres://journey:1/2@db/records', /must be escaped: percent-encode user and password/],
    ['postgres://journey:a%zz@db/records', /must be escaped/],
    ['postgres://journey:a%aaz@db/records', /must be escaped/],
    ['postgres://journey:a@b@db/records', /must be escaped/],
    ['postgres://one,two/records', /names several hosts: name one/],
    ['postgres://one:5432,two:5432/records', /names several hosts/],
    ['postgres:///records?host=one,two', /names several hosts/],
    ['postgres://db/records?statement_timeout=5', /a parameter that is not read \(statement_timeout\): remove it/],
    ['postgres://db/records?schema=bi', /not read \(schema\): write options=-c%20search_path%3DNAME/],
    ['postgres://db?dbname=records', /not read \(dbname\)/],
    ['postgres://db/records?hunter2hunter2=1', /a parameter that is not read: remove it/],
    ['postgres://db/records?host=a&host=b', /a parameter twice \(host\): write it once/],
    ['postgres://db/records?target_session_attrs=standby', /target_session_attrs that is not honoured/],
    ['socket:/var/run/postgresql?db=records', /write postgres:\/\/\/database\?host=/],
  ] as const) {
    it(`${url} is refused by name, with what to do`, () => {
      assert.throws(
        () => read(url),
        (error) => error instanceof ConfigError && reason.test(error.message),
      );
    });
  }

  it('may name the folder of a socket, an IPv6 address, and escaped credentials', () => {
    for (const url of [
      'postgres:///records?host=/var/run/postgresql',
      'postgres://journey:secret@/records?host=/cloudsql/project:region:instance',
      'postgres://db/records?sslmode=require&channel_binding=require&connect_timeout=10&target_session_attrs=any',
      'postgres://db/records?options=endpoint%3Dquiet-forest',
      'postgres://journey:a%2Fb%40c@[::1]:5432/records',
      'postgresql://db/records?sslmode=verify-full',
    ]) {
      assert.equal(read(url), url);
    }
  });
});

it('a header of the collector with a percent sign that escapes nothing is refused with what to do', () => {
  for (const text of ['a%zz', 'a%aaz', 'a%']) {
    const env = {
      ...BASE,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_EXPORTER_OTLP_HEADERS: `key=${text}`,
    };
    assert.throws(() => readConfig(env).worker(), /OTEL_EXPORTER_OTLP_HEADERS has a % that escapes nothing: write %25/);
  }
});
