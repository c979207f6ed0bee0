import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfig } from '../../../src/config/config.js';
import { ConfigError } from '../../../src/config/errors.js';
import type { OrgsConfig } from '../../../src/config/orgs/orgs.js';

const folder = mkdtempSync(join(tmpdir(), 'journey-metrics-orgs-'));
after(() => {
  rmSync(folder, { recursive: true });
});
writeFileSync(join(folder, 'secret'), 'canary-secret\n');

const secretFile = join(folder, 'secret');
const ACCESS_KEY = {
  kind: 'access-key',
  issuer: 'https://cxone.niceincontact.com',
  clientId: 'client',
  clientSecretFile: secretFile,
  accessKeyId: 'id',
  accessKeySecretFile: secretFile,
};
const GLOBEX = { auth: ACCESS_KEY, sources: { journeys: { kind: 'contacts' } } };
const SHORT = {
  CXONE_ORG_ID: 'globex',
  CXONE_CLIENT_ID: 'client',
  CXONE_CLIENT_SECRET: 'secret',
  CXONE_ACCESS_KEY_ID: 'id====',
  CXONE_ACCESS_KEY_SECRET: 'key====',
  CXONE_ISSUER: 'https://cxone.niceincontact.com',
};

function read(file: unknown, env: Record<string, string> = {}, learnt: string[] = []): OrgsConfig {
  const path = join(folder, 'orgs.json');
  writeFileSync(path, JSON.stringify(file));
  return readConfig({ CXONE_ORGS_FILE: path, ...env }, (secret) => learnt.push(secret)).orgs();
}

test('an access key in the environment gives the organisation a source named journeys as its default', () => {
  const { defaultOrg, orgs } = readConfig(SHORT).orgs();
  assert.deepEqual([defaultOrg, orgs['globex']?.defaultSource], ['globex', 'journeys']);
  assert.equal(orgs['globex']?.sources['journeys']?.kind, 'contacts');
});

test('an access key that is not whole is refused by the name of what is missing', () => {
  for (const name of [
    'CXONE_ACCESS_KEY_ID',
    'CXONE_ACCESS_KEY_SECRET',
    'CXONE_ISSUER',
    'CXONE_CLIENT_SECRET',
  ] as const) {
    assert.throws(() => readConfig({ ...SHORT, [name]: '' }).orgs(), new RegExp(`^ConfigError: ${name} is not set: `));
  }
});

test('a file names any number of organisations, beside the one of the environment', () => {
  const learnt: string[] = [];
  const acme = { CXONE_ORG_ID: 'acme', CXONE_CLIENT_ID: 'client', CXONE_CLIENT_SECRET: 'secret' };
  const initech = { ...GLOBEX, timeZone: 'Asia/Kolkata', destinations: ['lake'] };
  const { defaultOrg, orgs } = read({ globex: GLOBEX, initech }, acme, learnt);
  assert.deepEqual([defaultOrg, Object.keys(orgs).sort()], ['acme', ['acme', 'globex', 'initech']]);
  assert.deepEqual([orgs['initech']?.timeZone, orgs['initech']?.destinations], ['Asia/Kolkata', ['lake']]);
  assert.ok(learnt.includes('canary-secret'), 'secrets are learnt before anybody gets them');
  assert.equal(read({ globex: GLOBEX }).defaultOrg, 'globex');
});

test('what is wrong in the file is named by its place, without a secret', () => {
  const journeys = { kind: 'contacts' };
  const defined = (settings: object): object => ({ ...journeys, definition: { name: 'globex', version: 1, settings } });
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ globex: { ...GLOBEX, surprise: 1 } }, /is not valid in line 1: globex: .*surprise/],
    [{ Globex: GLOBEX }, /one DNS label/],
    [{ globex: { ...GLOBEX, timeZone: '+02:00' } }, /globex\.timeZone: must be an IANA time zone/],
    [{ globex: { ...GLOBEX, sources: { journeys, others: journeys } } }, /names no defaultSource for globex/],
    [{ globex: { ...GLOBEX, sources: { qm: { kind: 'analytics' } } } }, /globex\.sources\.qm of kind analytics/],
    [{ globex: { ...GLOBEX, sources: { analytics: journeys } } }, /name it otherwise/],
    [{ globex: { ...GLOBEX, sources: { journeys: defined({ horizon: '40 days' }) } } }, /at most 31 days/],
    [{ globex: { ...GLOBEX, auth: { ...ACCESS_KEY, issuer: 'http://cxone.example' } } }, /must use https/],
    [{ globex: { ...GLOBEX, auth: { ...ACCESS_KEY, clientSecretFile: '/nowhere' } } }, /cannot be read: \/nowhere/],
  ];
  for (const [file, pattern] of wrong) {
    assert.throws(
      () => read(file),
      (error) =>
        error instanceof ConfigError && pattern.test(error.message) && !error.message.includes('canary-secret'),
      String(pattern),
    );
  }
});

const QM = {
  kind: 'data-extraction',
  entity: 'qm-workflows',
  version: '4',
  dateColumn: 'Submission Date',
  timeZone: 'UTC',
  metrics: { score: 'Score' },
  dimensions: { agent: 'Agent ID' },
};
const CALLS = { ...QM, kind: 'custom-report', reportId: '350047', entity: undefined, version: undefined };

test('the two sources of CSV take their columns, zone and gap from the file', () => {
  const file = {
    globex: { ...GLOBEX, limits: { gap: '45 s' }, defaultSource: 'qm', sources: { qm: QM, calls: CALLS } },
  };
  const { sources } = read(file).orgs['globex'] ?? {};
  const { qm, calls } = sources ?? {};
  assert.ok(qm?.kind === 'data-extraction' && calls?.kind === 'custom-report');
  const { kind: _, entity, version, ...mapping } = QM;
  assert.deepEqual([qm.entity, qm.version, qm.gapMs, qm.mapping], [entity, version, 45_000, mapping]);
  assert.deepEqual([calls.reportId, calls.apiVersion, calls.mapping], ['350047', 'v34.0', mapping]);
  const usual = read({ globex: { ...GLOBEX, sources: { qm: QM } } }).orgs['globex']?.sources['qm'];
  assert.equal(usual?.kind === 'data-extraction' && usual.gapMs, 31_000);
});

test('what a source of CSV cannot be is refused by its reason', () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ ...QM, timeZone: undefined }, /timeZone/],
    [{ ...CALLS, timeZone: 'CST6' }, /must be an IANA time zone, or an offset like "-06:00"/],
    [{ ...QM, metrics: {} }, /without a metric/],
    [{ ...QM, dimensions: { score: 'Agent ID' } }, /"score" both as a metric and as a dimension/],
    [{ ...QM, dimensions: { date: 'Submission Date' } }, /"date", which rows have for their date/],
    [
      { ...QM, metrics: { contactsAbandoned: 'Score' } },
      /abandoned contacts are missing; use a source of kind contacts/,
    ],
    [{ ...QM, metrics: { journeyDropOffRate: 'Score' } }, /abandoned contacts are missing/],
    [{ ...CALLS, reportId: '../files' }, /must be the digits of a report/],
    [{ ...QM, entity: 'a/b' }, /must be a name like/],
    [{ ...QM, resultHosts: ['https://elsewhere'] }, /must be a host/],
  ];
  for (const [source, expected] of cases) {
    assert.throws(() => read({ globex: { ...GLOBEX, sources: { qm: source } } }), expected);
  }
  const auth = {
    kind: 'client-credentials',
    baseUrl: 'https://a.example',
    clientId: 'c',
    clientSecretFile: secretFile,
  };
  assert.throws(() => read({ globex: { auth, sources: { qm: QM } } }), /needs auth of kind access-key/);
});
