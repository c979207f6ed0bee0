import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { ReportingSettingsInput } from '../../../simulator/reporting/settings.js';
import {
  authorised,
  DAY,
  jsonOf,
  NOW,
  startReal,
  type Json,
  type PlainRealClient,
} from '../../support/sources/cxone-real.js';

const JOBS = '/data-extraction/v1/jobs';
const QUESTION = { entityName: 'qm-workflows', version: '4', startDate: DAY, endDate: DAY };

interface Rig {
  readonly client: PlainRealClient;
  readonly clock: { now: number };
}

async function start(t: TestContext, settings: ReportingSettingsInput = {}): Promise<Rig> {
  const clock = { now: NOW };
  const simulator = await startReal(t, { settings }, { now: () => clock.now });
  return { client: await authorised(simulator), clock };
}

async function statusOf(
  client: PlainRealClient,
  id: string,
): Promise<{ status: string; result?: Record<string, string> }> {
  return (await jsonOf(client.get(`${JOBS}/${id}`)))['jobStatus'] as { status: string };
}

describe('a Data Extraction job', () => {
  it('is accepted with a quoted id, runs, and ends in a CSV that wants no token', async (t) => {
    const { client, clock } = await start(t);
    const accepted = await client.post(JOBS, QUESTION);
    assert.equal(accepted.status, 202);
    const id = (await accepted.json()) as string;
    assert.equal((await statusOf(client, id)).status, 'RUNNING');
    const { status, result } = await statusOf(client, id);
    assert.equal(status, 'SUCCEEDED');
    const url = result?.['url'] ?? '';
    assert.equal((await client.get(url)).status, 400, 'a bearer token beside the signature is refused');
    const csv = Buffer.from(await (await fetch(url)).arrayBuffer()).toString();
    assert.match(csv, /^\u{feff}Tenant Name,Agent ID,/u);
    assert.match(csv, /"Friendly\.\nSaid ""thank you"""/);
    clock.now += 30_000;
    assert.equal((await fetch(url)).status, 403);
  });

  it('is refused with 403 while another runs, and for 31 s after it', async (t) => {
    const { client, clock } = await start(t);
    const id = (await (await client.post(JOBS, QUESTION)).json()) as string;
    clock.now += 31_000;
    assert.equal((await client.post(JOBS, QUESTION)).status, 403, 'it runs');
    await statusOf(client, id);
    assert.equal((await client.post(JOBS, QUESTION)).status, 202);
    assert.equal((await client.post(JOBS, QUESTION)).status, 403, 'too soon');
    const { jobs } = (await jsonOf(client.get(JOBS))) as { jobs: Json[] };
    assert.deepEqual(Object.keys(jobs[0] ?? {}), ['id', 'status']);
    assert.equal(jobs.length, 2);
  });

  it('ends in each way there is', async (t) => {
    for (const jobEnds of ['FAILED', 'CANCELLED', 'EXPIRED'] as const) {
      const { client } = await start(t, { jobPolls: 0, jobEnds, jobErrorKey: 'messageError' });
      const id = (await (await client.post(JOBS, QUESTION)).json()) as string;
      const { status, result } = await statusOf(client, id);
      assert.deepEqual([status, result !== undefined], [jobEnds, jobEnds === 'FAILED']);
      assert.equal(typeof result?.['messageError'], jobEnds === 'FAILED' ? 'string' : 'undefined');
    }
    const { client } = await start(t);
    assert.equal((await client.post(JOBS, { ...QUESTION, startDate: `${DAY}T00:00:00Z` })).status, 400);
    assert.equal((await client.get(`${JOBS}/unknown`)).status, 404);
  });
});

describe('a custom report', () => {
  const path = (id: string): string => {
    const query = { startDate: `${DAY}T00:00:00.000Z`, endDate: '2026-10-06T00:00:00.000Z', saveAsFile: 'false' };
    return `/incontactapi/services/v34.0/report-jobs/datadownload/${id}?${new URLSearchParams(query).toString()}`;
  };

  it('is base64 CSV inside JSON, in local time, with CR LF', async (t) => {
    const { client } = await start(t, { bom: false });
    const { errorMessage, file } = (await jsonOf(client.post(path('350047')))) as Record<string, string>;
    assert.equal(errorMessage, '');
    const lines = Buffer.from(file ?? '', 'base64')
      .toString()
      .split('\r\n');
    assert.match(lines[0] ?? '', /^Contact_ID,Master_Contact_ID,.*,Start_Date,start_time,/);
    assert.match(lines[1] ?? '', /,10\/04\/2026,1[89]:|,10\/04\/2026,2\d:/);
    assert.equal(lines.at(-1), '');
    assert.ok(lines.some((line) => line.includes('"Delivery, returns"')));
  });

  it('says in a 200 that it is refused, and is 204 without data', async (t) => {
    const { client } = await start(t, { firstDay: '2026-11-01' });
    assert.match(String((await jsonOf(client.post(path('7'))))['errorMessage']), /not permitted/);
    assert.equal((await client.post(path('350047'))).status, 204);
  });
});
