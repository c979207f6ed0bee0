import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { writeAudit } from '../../../src/activities/aggregate/write-audit.js';
import { noteStopped } from '../../../src/activities/backfill/note-stopped.js';
import { checkAudit } from '../../../src/activities/upkeep/check-audit.js';
import type { AlertRecords, NewAlert } from '../../../src/ports/index.js';
import { anEntry } from '../../support/records/records.js';
import { runActivity, STILL } from '../../support/run-activity.js';

/** Records that keep what is raised. */
function keeping(): { readonly raised: NewAlert[]; readonly alerts: Pick<AlertRecords, 'raise'> } {
  const raised: NewAlert[] = [];
  return { raised, alerts: { raise: (alert) => Promise.resolve(raised.push(alert) > 0) } };
}

suite('what is recorded nowhere else', () => {
  test('the first bad entry of the audit trail is told; a good trail is not', async () => {
    const { raised, alerts } = keeping();
    const check = (found?: { seq: number; problem: string }): Promise<unknown> => {
      const activity = checkAudit({ ambient: STILL, alerts, auditProblem: () => Promise.resolve(found) });
      return runActivity(() => activity(), undefined);
    };
    assert.deepEqual(await check(), { brokenAt: null });
    assert.deepEqual(await check({ seq: 7, problem: 'the hash differs' }), { brokenAt: 7 });
    assert.deepEqual(
      raised.map(({ event, key, org }) => [event, key, org]),
      [['audit.broken', [7, 'the hash differs'], null]],
    );
  });

  test('a backfill that ends incomplete is told once for each of its starts', async () => {
    const { raised, alerts } = keeping();
    const identity = { workflowId: 'backfill-1', firstExecutionRunId: 'run-1' };
    const stopped = { identity, org: 'acme', failed: 3, waiting: 2, total: 9 };
    await runActivity(noteStopped({ ambient: STILL, alerts }), stopped);
    assert.deepEqual([raised[0]?.event, raised[0]?.key], ['backfill.stopped', ['backfill-1', 'run-1']]);
    assert.match(raised[0]?.what ?? '', /3 of 9 slices failed .*2 were not started/);
  });

  test('what journeys do not explain is told with the entry of the run, and nothing without it', async () => {
    const told: (readonly NewAlert[])[] = [];
    const audit = {
      append: (_id: string, _entry: unknown, _signal: AbortSignal, alerts: readonly NewAlert[] = []) => {
        told.push(alerts);
        return Promise.resolve({ seq: 1, hash: 'h', isNew: true });
      },
    };
    const runs = { reportOf: () => Promise.resolve(null) };
    const write = writeAudit({ audit, runs, scrub: (text) => text });
    const { runKey: _key, workflowId, ...entry } = anEntry();
    const input = { identity: { workflowId, firstExecutionRunId: 'run-1' }, entry };
    await runActivity(write, input);
    await runActivity(write, { ...input, unexplained: '12 of 900 contacts are not explained' });
    assert.deepEqual(
      told.map((alerts) => alerts.map(({ event }) => event)),
      [[], ['reconciliation.off']],
    );
  });
});
