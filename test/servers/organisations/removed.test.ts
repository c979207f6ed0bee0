import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AggregateRequest, RunHandle } from '../../../src/client.js';
import { startApart, type Apart, type Entries, type OwnOrg } from '../../support/apart.js';
import { printed } from '../../support/cli/cli-commands.js';
import { startKeyedGateway } from '../../support/gateway/keyed-gateway.js';
import { startSuite, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

const SENTENCE = 'No organisation globex is configured; if it was removed by mistake, put it back into CXONE_ORGS_FILE';
const SCHEDULE = 'nightly-globex';
/** For a busy machine. */
const DEADLINE_MS = 120_000;

describe('an organisation that is removed from CXONE_ORGS_FILE by mistake, and put back', () => {
  let suite: Suite;
  let apart: Apart;
  before(async () => {
    suite = await startSuite({ ownServers: 'organisations-apart.test.ts has runs of the same names' });
    apart = await startApart(suite);
  });
  after(async () => {
    await apart.product.client.schedules.delete(SCHEDULE);
    await apart.stop();
    await suite.stop();
  });

  const rereads = (): number => apart.log.filter((line) => line.includes('has changed and was read again')).length;

  async function rewrite(change: (entries: Entries) => void): Promise<void> {
    const before = rereads();
    await apart.rewrite(change);
    await until('the worker to follow', rereads, (count) => count > before, DEADLINE_MS);
  }

  /** What Temporal shows of the step that a run is at. */
  async function lastFailure({ workflowId }: Pick<RunHandle, 'workflowId'>): Promise<string> {
    const { raw } = await apart.product.temporal.workflow.getHandle(workflowId).describe();
    return (raw.pendingActivities ?? []).map((each) => each.lastFailure?.message ?? '').join();
  }

  const waits = (run: Pick<RunHandle, 'workflowId'>): Promise<string> =>
    until(
      'its sentence',
      () => lastFailure(run),
      (said) => said.includes(SENTENCE),
      DEADLINE_MS,
    );

  it('makes its runs wait, those that are open and those that its schedules begin, and loses none', async (t) => {
    const { acme, globex, product, env } = apart;
    const { client } = product;
    const running = { kind: 'query-status', status: 'RUNNING' } as const;
    globex.simulator.cxone.faults.add({ script: [{ on: 'poll', fault: running, times: 4 }] });
    const { query, ...request } = requestOf(globex);
    const { dateFrom: _from, dateTo: _to, ...asked } = query;
    const relative = { ...request, query: asked, window: { relative: 'yesterday' } } as const;
    await client.schedules.create({ id: SCHEDULE, every: 'day', request: relative, paused: true });
    const open = await client.start(requestOf(globex));
    const polls = (): number => globex.simulator.cxone.journal.count({ operation: 'poll' });
    await until('its query', polls, (count) => count > 0, DEADLINE_MS);

    let entry: Entries[string] = {};
    await rewrite((entries) => {
      entry = entries['globex'] ?? {};
      delete entries['globex'];
    });
    await waits(open);
    await client.schedules.trigger(SCHEDULE);
    const ofGlobex = await until(
      'its run',
      () => client.list({ orgs: ['globex'] }),
      ({ length }) => length > 1,
      DEADLINE_MS,
    );
    const [begun] = ofGlobex.filter(({ workflowId }) => workflowId !== open.workflowId);
    assert.ok(begun);
    await waits(begun);
    // It costs the others nothing, and people still see it.
    assert.equal((await (await client.start(requestOf(acme))).result()).outcome, 'completed');
    const shown = await printed(['orgs', 'show', 'globex'], { env });
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /^configuration +that of this command does not have it$/m);
    const gateway = await startKeyedGateway(t, product, { defaults: { org: 'acme', destination: 'lake-acme' } });
    const authorization = await gateway.newKey('people', { orgs: ['acme', 'globex'] });
    for (const path of ['/orgs', '/orgs-page', '/runs-page?org=globex', '/?org=globex']) {
      const { status, text } = await gateway.ask(path, { headers: { authorization } });
      assert.equal(status, 200, path);
      assert.match(text, /globex/, path);
    }

    await rewrite((entries) => {
      entries['globex'] = entry;
    });
    const scheduled = client.run(begun.workflowId);
    const ends = await Promise.all([open, scheduled].map((run) => run.result()));
    assert.deepEqual(
      ends.map(({ outcome }) => outcome),
      ['completed', 'completed'],
    );
    const entries = await product.records.auditLog.list({ org: 'globex', limit: 10 }, AbortSignal.timeout(30_000));
    assert.deepEqual(
      entries.map(({ status }) => status),
      ['completed', 'completed'],
    );
    assert.equal(globex.simulator.cxone.queries().length, 2, 'the query that ran was taken up again');
  });
});

function requestOf({ org, dimension, destination }: OwnOrg): AggregateRequest {
  const dates = { dateFrom: '2026-11-01', dateTo: '2026-11-03' };
  return { org, destination, query: { metric: ['journeyCompletionRate'], dimension: [dimension], ...dates } };
}
