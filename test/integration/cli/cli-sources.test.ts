import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import type { ReportingSettingsInput } from '../../../simulator/reporting/settings.js';
import { DEFAULT_REPORTING_TENANT } from '../../../simulator/reporting/tenant.js';
import { judgeUse } from '../../../src/cli/doctor/credentials.js';
import type { SourceInspection } from '../../../src/ports/index.js';
import { cli } from '../../support/cli/cli.js';

const { clientId, clientSecret, accessKeyId, accessKeySecret } = DEFAULT_REPORTING_TENANT;
const KEY = {
  CXONE_CLIENT_ID: clientId,
  CXONE_CLIENT_SECRET: clientSecret,
  CXONE_ACCESS_KEY_ID: accessKeyId,
  CXONE_ACCESS_KEY_SECRET: accessKeySecret,
};

async function tenant(
  t: TestContext,
  settings: ReportingSettingsInput = {},
): Promise<{ readonly cxone: Simulator; readonly env: Record<string, string> }> {
  const cxone = await startSimulator({ now: () => Date.parse('2026-11-09T06:00:00Z'), reporting: { settings } });
  t.after(() => cxone.stop());
  return { cxone, env: { CXONE_ORG_ID: 'globex', ...KEY, CXONE_ISSUER: cxone.url } };
}

type Found = SourceInspection & { readonly org: string; readonly source: string };

test('sources check says what was detected, without personal data, and posts nothing but for its token', async (t) => {
  const { cxone, env } = await tenant(t, { names: 'spec', firstDay: '2026-08-05', journeysPerDay: 100 });
  const json = await cli(['sources', 'check', 'globex', '--day', '2026-10-05', '--json'], env);
  assert.equal(json.code, 0, json.stderr);
  const found = JSON.parse(json.stdout) as Found;
  assert.deepEqual(
    [found.org, found.source, found.day, found.fields?.start],
    ['globex', 'journeys', '2026-10-05', 'contactStartDate'],
  );
  assert.ok(found.total !== null && found.total >= found.looked && found.looked > 50);
  assert.ok(found.skills > 3 && found.teams > 0 && found.media.some(({ id }) => id === '4'));
  assert.ok(found.neverQueued.abandoned > 0 && found.neverQueued.contacts > found.neverQueued.abandoned);
  assert.equal(found.journeys.length, 20);
  assert.ok(found.journeys.every(({ rootId, contactIds }) => contactIds[0] === rootId));
  assert.equal(found.summary, 'given');
  const oldest = Date.parse(found.oldest?.day ?? '');
  assert.ok(Math.abs(oldest - Date.parse('2026-08-05')) <= 7 * 86_400_000, found.oldest?.day);
  const text = await cli(['sources', 'check', 'globex', '--day', '2026-10-05'], env);
  assert.match(text.stdout, /compare with a screen of a user without Views/);
  assert.ok(!(json.stdout + text.stdout).includes('personal-'));
  const posts = cxone.journal.entries().filter(({ operation }) => operation === 'job' || operation === 'download');
  assert.deepEqual(posts, []);
});

test('sources check of a day without contacts says so, and a refused summary is no failure', async (t) => {
  const { env } = await tenant(t, { emptyDays: ['2026-10-05'], only: ['answered'], forbidden: ['skills/summary'] });
  const end = await cli(['sources', 'check', 'globex', '--day', '2026-10-05', '--json'], env);
  assert.equal(end.code, 0, end.stderr);
  const found = JSON.parse(end.stdout) as Found;
  assert.deepEqual([found.fields, found.total, found.journeys, found.oldest?.before], [null, 0, [], true]);
  assert.match(found.summary, /not given: 403/);
});

test('sources check says what is wrong with a key, a name or a day', async (t) => {
  const { env } = await tenant(t);
  const ends = await Promise.all([
    cli(['sources', 'check', 'globex'], { ...env, CXONE_ACCESS_KEY_SECRET: 'wrong====' }),
    cli(['sources', 'check', 'initech'], env),
    cli(['sources', 'check', 'globex', '--day', 'yesterday'], env),
  ]);
  assert.deepEqual(
    ends.map(({ code }) => code),
    [1, 2, 2],
  );
  assert.ok(!JSON.stringify(ends).includes('wrong===='));
});

interface Check {
  readonly name: string;
  readonly status: string;
  readonly found: string;
  readonly remedy?: string;
}

/** What doctor says of the tenant, by the name of the check. */
async function examined(
  t: TestContext,
  settings: ReportingSettingsInput,
  change: Record<string, string> = {},
  script: FaultSchedule['script'] = [],
): Promise<ReadonlyMap<string, Check>> {
  const cxone = await startSimulator({ reporting: { settings }, faults: { script } });
  t.after(() => cxone.stop());
  const env = { CXONE_ORG_ID: 'globex', ...KEY, CXONE_ISSUER: cxone.url, ...change };
  const end = await cli(['doctor', '--json'], env);
  const { checks } = JSON.parse(end.stdout) as { readonly checks: readonly Check[] };
  for (const secret of [...Object.values(KEY), ...Object.values(change), 'personal-']) {
    if (!/^\d/.test(secret)) assert.ok(!end.stdout.includes(secret));
  }
  return new Map(checks.filter(({ name }) => name.startsWith('CXone')).map((check) => [check.name, check]));
}

test('doctor says of a tenant what a run needs beyond the token, each with what to do', async (t) => {
  const fine = await examined(t, { only: ['answered'] });
  assert.deepEqual(
    [...fine].map(([name, { status }]) => [name, status]),
    [
      ['CXone discovery', 'ok'],
      ['CXone', 'ok'],
      ['CXone contacts', 'ok'],
      ['CXone sums by skill', 'ok'],
      ['CXone definition', 'warn'],
      ['CXone days kept', 'ok'],
    ],
  );
  assert.match(fine.get('CXone definition')?.remedy ?? '', /set `contained`/);
});

/** What is wrong, the check that says so, how bad it is, what is found, and what to do. */
const WRONGS: readonly {
  readonly what: string;
  readonly settings?: ReportingSettingsInput;
  readonly change?: Record<string, string>;
  readonly script?: FaultSchedule['script'];
  readonly check: string;
  readonly status?: 'warn';
  readonly found: RegExp;
  readonly remedy: RegExp;
}[] = [
  {
    what: 'another server at the issuer',
    script: [{ on: 'discovery', fault: 'html', times: 9 }],
    check: 'CXone discovery',
    found: /HTML/,
    remedy: /set the issuer/,
  },
  {
    what: 'nobody at the issuer',
    change: { CXONE_ISSUER: 'http://127.0.0.1:1' },
    check: 'CXone discovery',
    found: /ECONNREFUSED/,
    remedy: /network/,
  },
  {
    what: 'a wrong key',
    change: { CXONE_ACCESS_KEY_SECRET: 'wrong-secret====' },
    check: 'CXone',
    found: /refused the credentials of globex \(401/,
    remedy: /end in "===="/,
  },
  {
    what: 'an application that is registered in the other way',
    settings: { clientAuth: 'post' },
    check: 'CXone',
    found: /401/,
    remedy: /"clientAuth" in CXONE_ORGS_FILE to "post"/,
  },
  {
    what: 'a token of no tenant',
    settings: { tenantClaim: 'neither' },
    check: 'CXone',
    found: /names no tenant/,
    remedy: /registered for access keys/,
  },
  {
    what: 'no right to read contacts',
    settings: { forbidden: ['contacts/completed'] },
    check: 'CXone contacts',
    found: /may not read this \(403/,
    remedy: /permissions of the service user/,
  },
  {
    what: 'a version that the tenant does not have',
    settings: { newestVersion: 20 },
    check: 'CXone contacts',
    found: /404/,
    remedy: /apiVersion/,
  },
  {
    what: 'a key that sees nobody',
    settings: { visible: 0 },
    check: 'CXone contacts',
    status: 'warn',
    found: /none on \d{4}-/,
    remedy: /Views or team limits/,
  },
  {
    what: 'no right to read sums',
    settings: { forbidden: ['skills/summary'] },
    check: 'CXone sums by skill',
    status: 'warn',
    found: /403.*not reconciled/,
    remedy: /right to read reports of skills/,
  },
  {
    what: 'days that are let go before they settle',
    change: { LEG_RETENTION: '5 days' },
    check: 'CXone days kept',
    status: 'warn',
    found: /kept for 5 d/,
    remedy: /set LEG_RETENTION to more than 8 d/,
  },
];

for (const { what, settings = {}, change, script, check, status = 'fail', found, remedy } of WRONGS) {
  test(`doctor says what to do about ${what}`, async (t) => {
    const checks = await examined(t, { only: ['answered'], journeysPerDay: 5, ...settings }, change, script);
    const wrong = checks.get(check);
    assert.equal(wrong?.status, status);
    assert.match(wrong.found, found);
    assert.match(wrong.remedy ?? '', remedy);
    const others = [...checks.values()].filter(({ name }) => name !== check && name !== 'CXone definition');
    assert.deepEqual([...new Set(others.map((other) => other.status))], others.length > 0 ? ['ok'] : []);
  });
}

test('doctor says which definition runs will refuse, and only that one', () => {
  const used = [
    { org: 'globex', name: 'globex/1', hash: 'a'.repeat(16) },
    { org: 'initech', name: 'globex/2', hash: 'a'.repeat(16) },
  ];
  const of = (name: string, hash: string) => judgeUse('CXone version', 'globex', { name, hash: hash.repeat(16) }, used);
  assert.deepEqual([of('globex/1', 'a'), of('globex/2', 'b'), of('globex/3', 'b')], [[], [], []]);
  const [refused] = of('globex/1', 'b');
  assert.equal(refused?.status, 'fail');
  assert.match(refused.remedy ?? '', /raise its version/);
});
