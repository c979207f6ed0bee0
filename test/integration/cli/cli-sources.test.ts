import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startSimulator, type Simulator } from '../../../simulator/cxone/server.js';
import type { ReportingSettingsInput } from '../../../simulator/reporting/settings.js';
import { DEFAULT_REPORTING_TENANT } from '../../../simulator/reporting/tenant.js';
import type { SourceInspection } from '../../../src/ports/index.js';
import { cli } from '../../support/cli/cli.js';

const { clientId, clientSecret, accessKeyId, accessKeySecret } = DEFAULT_REPORTING_TENANT;

async function tenant(
  t: TestContext,
  settings: ReportingSettingsInput = {},
): Promise<{ readonly cxone: Simulator; readonly env: Record<string, string> }> {
  const cxone = await startSimulator({ now: () => Date.parse('2026-11-09T06:00:00Z'), reporting: { settings } });
  t.after(() => cxone.stop());
  const env = {
    CXONE_ORG_ID: 'globex',
    CXONE_CLIENT_ID: clientId,
    CXONE_CLIENT_SECRET: clientSecret,
    CXONE_ACCESS_KEY_ID: accessKeyId,
    CXONE_ACCESS_KEY_SECRET: accessKeySecret,
    CXONE_ISSUER: cxone.url,
  };
  return { cxone, env };
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
