import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Simulator } from '../../../simulator/cxone/server.js';
import type { ReportingSettingsInput } from '../../../simulator/reporting/settings.js';
import type { DataExtractionOptions } from '../../../src/sources/data-extraction/source.js';
import {
  accepted,
  dataExtractionOf,
  EVALUATIONS,
  question,
  readAll,
  rowsIn,
  submit,
} from '../../support/sources/csv-source.js';
import { authorised, NOW, startReal } from '../../support/sources/cxone-real.js';

const JOBS = '/data-extraction/v1/jobs';
const WEEK = question(EVALUATIONS, '2026-10-05T00:00:00Z', '2026-10-08T00:00:00Z');

interface Rig {
  readonly cxone: Simulator;
  readonly source: ReturnType<typeof dataExtractionOf>;
  readonly clock: { now: number };
  /** Moves the clock on. */
  readonly pass: (ms: number) => void;
  /** How many POSTs came. */
  readonly posts: () => number;
}

async function start(
  t: TestContext,
  settings: ReportingSettingsInput = {},
  change: Partial<DataExtractionOptions> = {},
): Promise<Rig> {
  const clock = { now: NOW };
  const cxone = await startReal(t, { settings: { jobPolls: 0, ...settings } }, { now: () => clock.now });
  return {
    cxone,
    clock,
    source: dataExtractionOf(t, cxone, clock, change),
    pass: (ms) => {
      clock.now += ms;
    },
    posts: () => cxone.journal.entries().filter(({ operation }) => operation === 'job').length,
  };
}

const reasonOf = (answer: Awaited<ReturnType<typeof submit>>): string =>
  answer.state === 'later' ? answer.reason : answer.state;

describe('a result of Data Extraction', () => {
  it('has the rows of the window, by the header row, with the digits of the file', async (t) => {
    const { source, cxone } = await start(t);
    const ticket = await accepted(source, WEEK);
    const { pages, end } = await readAll(source, WEEK, ticket);
    assert.equal(end, 'done');
    const rows = rowsIn(pages);
    const days = ['2026-10-04', '2026-10-05', '2026-10-06', '2026-10-07', '2026-10-08'];
    const legs = days
      .flatMap((day) => [...cxone.reporting.journeysOf(day)])
      .flatMap(({ legs: [first] }) => first ?? []);
    const [fromMs, toMs] = [Date.parse(WEEK.query.dateFrom), Date.parse(WEEK.query.dateTo)];
    const expected = legs.filter(({ agentId, contactId, startMs }) => {
      const at = Math.floor((startMs + 7_200_000) / 1_000) * 1_000;
      return agentId !== null && Number(contactId.slice(-3)) % 10 === 0 && at >= fromMs && at < toMs;
    });
    assert.ok(expected.length > 20);
    assert.deepEqual(rows.map(({ contact }) => contact).sort(), expected.map(({ contactId }) => contactId).sort());
    assert.ok(pages.reduce((sum, { outside = 0 }) => sum + outside, 0) > 0, 'and those of other days are counted');
  });

  it('is polled while the job runs', async (t) => {
    const { source } = await start(t, { jobPolls: 2 });
    const ticket = await accepted(source, WEEK);
    const ends = [];
    for (let poll = 0; poll < 3; poll += 1) ends.push((await readAll(source, WEEK, ticket)).end);
    assert.deepEqual(ends, ['running', 'running', 'done']);
  });

  it('is empty, not wrong, where the file has its header row alone', async (t) => {
    const { source } = await start(t, { journeysPerDay: 0 });
    const { pages, end } = await readAll(source, WEEK, await accepted(source, WEEK));
    assert.deepEqual([rowsIn(pages), end], [[], 'done']);
  });

  for (const key of ['errorMessage', 'messageError'] as const) {
    it(`says why the job failed, in ${key}`, async (t) => {
      const { source } = await start(t, { jobEnds: 'FAILED', jobErrorKey: key });
      await assert.rejects(readAll(source, WEEK, await accepted(source, WEEK)), /FAILED: The job was told to fail/);
    });
  }

  it('fails by its word where the job was cancelled, or has a word that no document knows', async (t) => {
    const { source, cxone } = await start(t, { jobEnds: 'CANCELLED' });
    const ticket = await accepted(source, WEEK);
    await assert.rejects(readAll(source, WEEK, ticket), { failureType: 'QueryFailed' });
    cxone.reporting.change({ jobEnds: 'ARCHIVED' });
    await assert.rejects(readAll(source, WEEK, ticket), /"ARCHIVED"\); known are RUNNING/);
  });

  it('is gone where CXone says EXPIRED, where it knows the job no more, and where the store has no file', async (t) => {
    const { source, cxone, pass } = await start(t);
    const ticket = await accepted(source, WEEK);
    cxone.faults.add({ script: [{ on: 'jobs', fault: '404' }] });
    assert.equal((await readAll(source, WEEK, ticket)).end, '404');
    cxone.faults.add({ script: [{ on: 'csv', fault: '404' }] });
    assert.equal((await readAll(source, WEEK, ticket)).end, '404');
    pass(25 * 3_600_000);
    assert.equal((await readAll(source, WEEK, ticket)).end, 'expired');
    assert.equal(source.rules.askAgain, 'once');
  });

  it('is asked for at a fresh address after a 403, and not for ever', async (t) => {
    const { source, cxone } = await start(t);
    const ticket = await accepted(source, WEEK);
    cxone.faults.add({ script: [{ on: 'csv', fault: '403', times: 2 }] });
    assert.equal((await readAll(source, WEEK, ticket)).end, 'done');
    cxone.faults.add({ script: [{ on: 'csv', fault: '403', times: 9 }] });
    await assert.rejects(readAll(source, WEEK, ticket), /refuses the result at 3 fresh addresses/);
  });

  it('is fetched by an address that is used at once, without the token, and that no error repeats', async (t) => {
    const { source, cxone } = await start(t);
    const ticket = await accepted(source, WEEK);
    await readAll(source, WEEK, ticket);
    const asked = cxone.journal.entries().filter(({ operation }) => operation === 'csv');
    assert.deepEqual(
      asked.map(({ status }) => status),
      [200],
      'a bearer token is a 400 there',
    );
    for (const fault of ['drop-before', 'truncated', '500', '403', 'html', 'cut-json'] as const) {
      cxone.faults.add({ script: [{ on: 'csv', fault, times: 3 }] });
      const error: unknown = await readAll(source, WEEK, ticket).catch((failed: unknown) => failed);
      assert.doesNotMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), /X-Amz|extraction-results/, fault);
      cxone.faults.clear();
    }
  });
});

describe('a job of Data Extraction', () => {
  it('is not started while any other runs; a POST that CXone finds too early waits, and the gate spares it', async (t) => {
    const { source, cxone, pass, posts } = await start(t, { jobPolls: 1 });
    const other = await authorised(cxone);
    await other.post(JOBS, { entityName: 'wfm-payroll', version: '1', startDate: '2026-10-05', endDate: '2026-10-05' });
    assert.equal(reasonOf(await submit(source, WEEK)), 'waiting for its turn');
    assert.equal(posts(), 1, 'nothing was sent');
    const [{ id }] = ((await (await other.get(JOBS)).json()) as { jobs: [{ id: string }] }).jobs;
    await other.get(`${JOBS}/${id}`);
    pass(31_000);
    const ticket = await accepted(source, WEEK);
    await readAll(source, WEEK, ticket);
    await readAll(source, WEEK, ticket);
    pass(30_999);
    assert.equal(reasonOf(await submit(source, WEEK, '1'.repeat(32))), 'waiting for its turn');
    pass(1);
    assert.equal(reasonOf(await submit(source, WEEK, '1'.repeat(32))), 'accepted');
    assert.equal(posts(), 4, 'one was refused');
    assert.deepEqual(source.rules.limits, { queriesAtOnce: 1, gapMs: 31_000 });
  });

  it('is forbidden after four refusals with none running, and names the right', async (t) => {
    const { source, pass, posts } = await start(t, { forbidden: ['qm-workflows'] });
    for (let refusal = 1; refusal <= 3; refusal += 1) {
      const answer = await submit(source, WEEK);
      assert.deepEqual(answer, { state: 'later', reason: 'waiting for its turn', retryAfterMs: 62_000 });
      pass(62_000);
    }
    await assert.rejects(submit(source, WEEK), /403.*QM Tools > Data Extraction APIs > QM Workflow API/);
    assert.equal(posts(), 4);
  });

  it('is no part of a check: the list of jobs is read, none is started', async (t) => {
    const { source, posts } = await start(t);
    const found: string[] = [];
    for await (const { step, status } of source.check?.(new AbortController().signal) ?? []) {
      found.push(`${step} ${status}`);
    }
    assert.deepEqual(found, ['discovery ok', 'token ok', 'jobs ok']);
    assert.equal(posts(), 0);
  });

  it('whose answer was lost is never taken over: once it has ended, another one is started', async (t) => {
    const { source, cxone, pass, posts } = await start(t, { jobPolls: 1 });
    cxone.faults.add({ script: [{ on: 'job', fault: 'drop-after' }] });
    await assert.rejects(submit(source, WEEK), { failureType: 'UpstreamUnavailable' });
    pass(31_000);
    assert.equal(reasonOf(await submit(source, WEEK)), 'waiting for its turn', 'the lost job runs');
    const other = await authorised(cxone);
    const [{ id: lost }] = ((await (await other.get(JOBS)).json()) as { jobs: [{ id: string }] }).jobs;
    await other.get(`${JOBS}/${lost}`);
    pass(31_000);
    const { queryId } = JSON.parse(await accepted(source, WEEK)) as { queryId: string };
    assert.notEqual(queryId, lost);
    assert.equal(posts(), 2);
  });

  it('has an id that is one text; an answer with any other leaves a job that nobody can name', async (t) => {
    const { source, cxone } = await start(t);
    cxone.faults.add({ script: [{ on: 'job', fault: { kind: 'status', status: 200, afterEffect: true } }] });
    await assert.rejects(submit(source, WEEK), (error: Error & { details?: { effect?: string } }) => {
      assert.equal(error.details?.effect, 'unknown');
      return true;
    });
  });

  it('that cannot be listed leaves nothing behind that might run', async (t) => {
    const { source, cxone, posts } = await start(t);
    for (const fault of ['drop-before', '500', 'wrong-json', '404'] as const) {
      cxone.faults.add({ script: [{ on: 'jobs', fault }] });
      await assert.rejects(submit(source, WEEK), (error: Error & { details?: object }) => {
        const { operation, effect } = { ...error.details } as { operation?: string; effect?: string };
        assert.deepEqual([operation, effect], ['submit', 'none'], fault);
        return true;
      });
    }
    for (const fault of ['429', '503'] as const) {
      cxone.faults.add({ script: [{ on: 'jobs', fault }] });
      assert.equal((await submit(source, WEEK)).state, 'later');
    }
    assert.equal(posts(), 0);
  });

  it('asks for days that hold the window by the zone of the column and by UTC, none of them ahead', async (t) => {
    const { source, cxone, pass } = await start(t, {}, { mapping: { ...EVALUATIONS, timeZone: 'Pacific/Auckland' } });
    await accepted(source, question(EVALUATIONS, '2026-10-04T11:00:00Z', '2026-10-06T11:00:00Z'));
    pass(31_000);
    await accepted(source, question(EVALUATIONS, '2026-11-08T11:00:00Z', '2026-11-20T11:00:00Z'), '1'.repeat(32));
    const days = cxone.journal
      .entries()
      .flatMap((entry) => ('startDate' in entry ? [[entry.startDate, entry.endDate]] : []));
    assert.deepEqual(days, [
      ['2026-10-04', '2026-10-07'],
      ['2026-11-08', '2026-11-09'],
    ]);
  });
});
