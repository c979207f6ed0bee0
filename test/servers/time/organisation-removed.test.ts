import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Directory } from '../../../src/ports/index.js';
import { rejectsWith } from '../../support/rejects-with.js';
import { testPostgres } from '../../support/records/postgres.js';
import { startProductInTime, type ProductInTime } from '../../support/workflow/product-in-time.js';
import { createRig, type Rig } from '../../support/workflow/workflow-rig.js';

const MINUTE_MS = 60_000;
/** Steps take real time, and the last wait is one of 5 s. */
const SLACK_MS = 30_000;
const SENTENCE = /No organisation acme is configured; if it was removed by mistake, put it back into CXONE_ORGS_FILE/;

/** As a worker has it whose file no longer has its organisations. */
function removed(directory: Directory): Directory {
  return {
    ...directory,
    canChange: true,
    orgs: [],
    sources: () => [],
    source: () => undefined,
    rulesOf: () => undefined,
    destinations: () => [],
    destination: () => undefined,
  };
}

describe('an organisation that is removed and does not come back', () => {
  const postgres = testPostgres();
  let rig: Rig;
  before(async () => {
    rig = await createRig('time-skipping');
  });
  after(() => rig.stop());

  /** Of the execution before, from its last answer of the source, or its start, to its end. */
  function waitedMs(from: number): number {
    return Date.parse(String(rig.recorded.at(-1)?.events.at(-1)?.eventTime)) - from;
  }

  it('ends an open run after 10 minutes and one that begins after 2: typed, audited, with a sentence and an alert', async (t) => {
    const opened: ProductInTime[] = [];
    const submittedAt = (): number =>
      Date.parse(opened[0]?.simulator.cxone.journal.entries({ operation: 'submit' })[0]?.at ?? 'never');
    const product = await startProductInTime(t, {
      rig,
      databaseUrl: await postgres.emptyDatabase(),
      cxone: { data: { rows: 3 }, run: { ms: 60 * MINUTE_MS } },
      between: (directory) =>
        new Proxy(directory, {
          get: (target, name): unknown =>
            Reflect.get(Number.isNaN(submittedAt()) ? target : removed(target), name, target),
        }),
    });
    opened.push(product);
    await product.run(async ({ start }) => {
      await rejectsWith((await start()).result(), 'OrganisationRemoved', SENTENCE);
    });
    const openMs = waitedMs(submittedAt());
    assert.ok(openMs >= 10 * MINUTE_MS && openMs <= 10 * MINUTE_MS + SLACK_MS, `${openMs / MINUTE_MS} minutes`);

    await product.run(async ({ start }) => {
      await rejectsWith((await start()).result(), 'OrganisationRemoved', SENTENCE);
    });
    const [first] = rig.recorded.at(-1)?.events ?? [];
    const beginningMs = waitedMs(Date.parse(String(first?.eventTime)));
    assert.ok(
      beginningMs >= 2 * MINUTE_MS && beginningMs <= 2 * MINUTE_MS + SLACK_MS,
      `${beginningMs / MINUTE_MS} minutes`,
    );

    const signal = AbortSignal.timeout(30_000);
    const entries = await product.records.auditLog.list({ limit: 10 }, signal);
    const expected = ['failed', 'OrganisationRemoved'];
    assert.deepEqual(
      entries.map(({ status, failureType }) => [status, failureType]),
      [expected, expected],
    );
    const alerts = await product.records.alerts.list({ limit: 10, event: 'run.failed' }, signal);
    assert.equal(alerts.length, 2, 'an alert each');
  });
});
