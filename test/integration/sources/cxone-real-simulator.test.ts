import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import { DEFAULT_REPORTING_TENANT } from '../../../simulator/reporting/tenant.js';
import {
  authorised,
  contactsIn,
  DAY,
  jsonOf,
  NOW,
  PlainRealClient,
  startReal,
  type Json,
} from '../../support/sources/cxone-real.js';

const { tenantId, accessKeyId, accessKeySecret, clientId, clientSecret } = DEFAULT_REPORTING_TENANT;
const form = (more: Record<string, string> = {}): string =>
  new URLSearchParams({ grant_type: 'password', username: accessKeyId, password: accessKeySecret, ...more }).toString();

function claimsOf(token: string): Json {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json;
}

describe('the issuer', () => {
  it('leads from discovery over a token to the tenant’s API', async (t) => {
    const simulator = await startReal(t);
    const client = new PlainRealClient(simulator);
    const discovery = await jsonOf(client.get('/.well-known/openid-configuration'));
    assert.equal(discovery['token_endpoint'], `${simulator.url}/auth/token`);
    const granted = await client.authorise();
    assert.equal(granted.expires_in, 3_600);
    assert.equal(claimsOf(granted.access_token)['tenantId'], tenantId);
    const configuration = await jsonOf(client.get(`/.well-known/cxone-configuration?tenantId=${tenantId}`));
    assert.equal(configuration['api_endpoint'], simulator.url);
    assert.equal((await client.get('/.well-known/cxone-configuration')).status, 400);
  });

  it('takes the client by Basic or in the form, as the registration says', async (t) => {
    const simulator = await startReal(t);
    const client = new PlainRealClient(simulator);
    const posted = form({ client_id: clientId, client_secret: clientSecret });
    assert.equal((await client.grant(posted, false)).status, 200);
    simulator.reporting.change({ clientAuth: 'basic' });
    assert.equal((await client.grant(posted, false)).status, 401);
    assert.equal((await client.grant(form())).status, 200);
    simulator.reporting.change({ clientAuth: 'post' });
    assert.equal((await client.grant(form())).status, 401);
  });

  it('refuses keys that were not encoded, a wrong secret, another grant and another form', async (t) => {
    const client = new PlainRealClient(await startReal(t));
    const raw = `grant_type=password&username=${accessKeyId}&password=${accessKeySecret}`;
    assert.equal((await client.grant(raw)).status, 401);
    const wrong = await client.grant(form({ password: 'wrong' }));
    assert.equal(wrong.status, 401);
    assert.equal((await jsonOf(wrong))['error'], 'invalid_grant');
    assert.equal((await client.grant(form({ grant_type: 'client_credentials' }))).status, 400);
  });

  it('words a refusal in each form there is', async (t) => {
    const simulator = await startReal(t);
    const client = new PlainRealClient(simulator);
    const keys: Record<string, string> = { spec: 'errorDescription', oauth: 'error_description', gateway: 'message' };
    for (const [errors, key] of Object.entries({ ...keys, analytics: 'description', digital: 'errors' })) {
      simulator.reporting.change({ errors: errors as 'spec' });
      assert.ok(key in (await jsonOf(client.grant(form({ password: 'wrong' })))), errors);
    }
    simulator.reporting.change({ errors: 'header' });
    const bare = await client.grant(form({ password: 'wrong' }));
    assert.match(bare.headers.get('icStatusDescription') ?? '', /access key/);
    assert.equal(await bare.text(), '');
  });

  it('issues tokens that end, and takes them back', async (t) => {
    let now = NOW;
    const simulator = await startReal(t, { tokenLifetimeS: 60 }, { now: () => now });
    const client = await authorised(simulator);
    assert.equal((await client.contacts({ top: 1 })).status, 200);
    now += 60_000;
    const ended = await client.contacts({ top: 1 });
    assert.deepEqual([ended.status, await jsonOf(ended)], [401, { message: 'Unauthorized' }]);
    await client.authorise();
    await client.post('/__admin/reporting/revoke-tokens');
    assert.equal((await client.contacts({ top: 1 })).status, 401);
  });
});

describe('completed contacts', () => {
  it('come page by page, every one once', async (t) => {
    const simulator = await startReal(t);
    const client = await authorised(simulator);
    const first = await jsonOf(client.contacts({ top: 100 }));
    const total = Number(first['totalRecords']);
    const read = [...contactsIn(first)];
    for (let skip = 100; skip < total; skip += 100)
      read.push(...contactsIn(await jsonOf(client.contacts({ top: 100, skip }))));
    assert.equal(new Set(read.map((contact) => contact['contactId'])).size, total);
    assert.ok(total > 400);
    const links = first['_links'] as { next: string };
    assert.match(links.next, /\/services\/v35\.0\/contacts\/completed\?.*skip=100/);
    const last = await jsonOf(client.contacts({ top: 100, skip: total - 1 }));
    assert.ok(!('next' in (last['_links'] as object)));
  });

  it('hold the fields asked for, and are 204 where there are none', async (t) => {
    const simulator = await startReal(t);
    const client = await authorised(simulator);
    const [contact] = contactsIn(await jsonOf(client.contacts({ top: 1, fields: 'contactId,contactStart' })));
    assert.deepEqual(Object.keys(contact ?? {}), ['contactId', 'contactStart']);
    const refused = await client.contacts({ fields: 'contactId,contactStartDate' });
    assert.equal(refused.status, 400);
    assert.match(refused.headers.get('icStatusDescription') ?? '', /contactStartDate/);
    simulator.reporting.change({ emptyDays: ['2026-11-01'], firstDay: '2026-11-01' });
    assert.equal((await client.contacts()).status, 204);
  });

  it('may come as text under resultSet', async (t) => {
    const client = await authorised(await startReal(t, { settings: { wrapper: true } }));
    const { resultSet } = (await jsonOf(client.contacts({ top: 2 }))) as { resultSet: Json };
    assert.equal(typeof resultSet['totalRecords'], 'string');
    assert.equal(contactsIn(resultSet)[0]?.['isOutbound'], 'False');
  });

  it('are refused for offsets, without Accept, for other parameters and unknown versions', async (t) => {
    const client = await authorised(await startReal(t));
    assert.equal((await client.contacts({ startDate: `${DAY}T00:00:00+00:00` })).status, 400);
    assert.equal((await client.contacts({ skillId: 4001 })).status, 400);
    assert.equal((await client.get('/incontactapi/services/v99.0/skills')).status, 404);
    assert.equal((await client.get('/InContactAPI/services/v34.0/skills')).status, 200);
    assert.equal((await client.get('/incontactapi/services/v34.0/skills', { accept: 'text/csv' })).status, 400);
  });

  it('time out where too much is asked for at once', async (t) => {
    const client = await authorised(
      await startReal(t, { settings: { timeoutAboveRows: 1_000, timeoutAboveHours: 24 } }),
    );
    assert.equal((await client.contacts()).status, 408);
    assert.equal((await client.contacts({ top: 1_000 })).status, 200);
    assert.equal((await client.contacts({ top: 1_000, endDate: '2026-10-06T00:00:01.000Z' })).status, 408);
  });

  it('meet faults in the words of their own API', async (t) => {
    const script: FaultSchedule['script'] = [
      { on: 'contacts', fault: '401' },
      { on: 'contacts', nth: 2, fault: '503-retry-after' },
      { on: 'contacts', nth: 3, fault: { kind: 'wrong-total', by: 5 } },
      { on: 'contacts', nth: 4, fault: 'page-loop' },
    ];
    const simulator = await startReal(t, {}, { faults: { script } });
    const client = await authorised(simulator);
    const refused = await client.contacts({ top: 10 });
    assert.deepEqual([refused.status, await refused.text()], [401, '']);
    assert.match(refused.headers.get('icStatusDescription') ?? '', /401/);
    assert.equal((await client.contacts({ top: 10 })).headers.get('retry-after'), '1');
    const first = await jsonOf(client.contacts({ top: 10 }));
    const again = await jsonOf(client.contacts({ top: 10, skip: 10 }));
    assert.equal(Number(first['totalRecords']), Number(again['totalRecords']) + 5);
    assert.deepEqual(contactsIn(again), contactsIn(first));
  });

  it('are in the journal, without anything secret or personal', async (t) => {
    const simulator = await startReal(t, { tokenPrefix: 'canary-' });
    const client = await authorised(simulator);
    await client.contacts({ top: 7, skip: 3, fields: 'contactId,contactStart' });
    const [entry] = simulator.journal.entries({ operation: 'contacts' });
    const { seq, at, tokenFingerprint, total, ...rest } = entry ?? assert.fail('no entry');
    assert.ok(seq > 0 && at !== '' && tokenFingerprint?.length === 12 && Number(total) > 0);
    assert.deepEqual(rest, {
      operation: 'contacts',
      method: 'GET',
      path: '/incontactapi/services/v34.0/contacts/completed',
      effect: true,
      status: 200,
      org: 'globex',
      version: 'v34.0',
      startDate: `${DAY}T00:00:00.000Z`,
      endDate: '2026-10-06T00:00:00.000Z',
      fields: 'contactId,contactStart',
      skip: 3,
      top: 7,
      rows: 7,
    });
    const text = JSON.stringify(simulator.journal.entries());
    for (const secret of ['canary-', accessKeySecret, clientSecret, 'personal-']) assert.ok(!text.includes(secret));
  });
});

describe('the documents beside the contacts', () => {
  it('count offered contacts by skill as the legs do', async (t) => {
    const client = await authorised(await startReal(t));
    const window = { startDate: `${DAY}T00:00:00.000Z`, endDate: '2026-10-06T00:00:00.000Z' };
    const summary = await jsonOf(client.reporting('skills/summary', window));
    const rows = summary['skillSummaries'] as Record<string, string>[];
    const contacts = contactsIn(await jsonOf(client.contacts()));
    for (const row of rows) {
      const legs = contacts.filter(({ skillId }) => String(skillId) === row['skillId']);
      assert.equal(row['contactsOffered'], String(legs.length));
      const abandoned = legs.filter((leg) => leg['abandoned'] === true && leg['isShortAbandon'] === false);
      assert.equal(row['abandonCount'], String(abandoned.length));
    }
    assert.ok(rows.length >= 8);
  });

  it('are lists of the tenant, or forbidden to the key', async (t) => {
    const simulator = await startReal(t, { settings: { forbidden: ['skills/summary'] } });
    const client = await authorised(simulator);
    for (const path of ['skills', 'media-types', 'contact-state-descriptions', 'business-unit', 'server-time']) {
      assert.equal((await client.reporting(path)).status, 200, path);
    }
    const window = { startDate: `${DAY}T00:00:00.000Z`, endDate: '2026-10-06T00:00:00.000Z' };
    const refused = await client.reporting('skills/summary', window);
    assert.deepEqual([refused.status, await jsonOf(refused)], [403, { message: 'Forbidden' }]);
  });
});
