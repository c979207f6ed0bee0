import { suite } from 'node:test';
import { finds } from './auditor-rig.js';
import { add, at, change, drop, entriesOf, misaudit, resend, sha256, trailOf } from './auditor-world.js';

const KEPT = { workflowId: 'run-kept' };
const REFUSED = { workflowId: 'run-refused' };

suite('the auditor, of runs that are lost', () => {
  finds('lost', [
    ['a run that vanished', 'run-kept', (w) => drop(w.runs, KEPT)],
    ['a run that never ended', 'run-kept', (w) => change(w.runs, KEPT, { status: 'running' })],
    ['a chain that broke off', 'run-kept', (w) => change(w.runs, KEPT, { status: 'lost' })],
    ['a run that nobody requested', 'run-stray', (w) => add(w.runs, REFUSED, { workflowId: 'run-stray' })],
    ['a request that ran twice', 'run-kept', (w) => add(w.runs, KEPT, { runId: 'second-kept' })],
    ['a failure where a result was due', 'run-kept', (w) => change(w.runs, KEPT, { status: 'failed' })],
    ['a result where a failure was due', 'run-refused', (w) => change(w.runs, REFUSED, { status: 'completed' })],
    ['a run given up after four lost answers', 'run-ambiguous', (w) => drop(w.cxone, { at: at(230) })],
    ['a run given up after a refusal', 'run-ambiguous', (w) => change(w.cxone, { at: at(230) }, { status: 503 })],
    ['a cancellation that nobody asked for', 'run-cancelled', (w) => drop(w.operator, { event: 'cancel-asked' })],
    ['a termination that nobody asked for', 'run-terminated', (w) => drop(w.operator, { event: 'terminated' })],
    [
      'a result of a run that was terminated',
      'run-kept',
      (w) => w.operator.push({ at: at(15), event: 'terminated', ...KEPT }),
    ],
  ]);
});

suite('the auditor, of the audit trail', () => {
  finds('audit', [
    ['a run without its entry', 'run-kept', (w) => (w.audit = trailOf(entriesOf(w).slice(1)))],
    ['a run with two entries', 'run-kept', (w) => (w.audit = trailOf([...entriesOf(w), ...entriesOf(w).slice(0, 1)]))],
    ['an entry without its run', 'run-kept', (w) => drop(w.runs, KEPT)],
    ['a failure audited as a success', 'run-refused', (w) => misaudit(w, 'refused', { status: 'completed' })],
    ['another failure than it was', 'run-refused', (w) => misaudit(w, 'refused', { failureType: 'Forbidden' })],
    ['a wrong end from outside', 'run-terminated', (w) => misaudit(w, 'terminated', { status: 'cancelled' })],
    ['a result that had to be reconciled', 'run-kept', (w) => misaudit(w, 'kept', { kind: 'reconciled' })],
    ['other row counts than were returned', 'run-kept', (w) => misaudit(w, 'kept', { rows: { returned: 12 } })],
    ['another query than was returned', 'run-kept', (w) => misaudit(w, 'kept', { queryId: 'q-kept-lost' })],
    ['the key of another run', 'run-kept', (w) => misaudit(w, 'kept', { runKey: 'key-refused' })],
    [
      'an edited entry',
      'entry 2',
      (w) => {
        for (const row of w.audit) if (row['seq'] === 2) row['entry'] = String(row['entry']).replace('12', '21');
      },
    ],
    [
      'an entry that was edited and hashed anew',
      'entry 3',
      (w) => {
        const [, , ...rest] = entriesOf(w);
        const [first, forged] = trailOf([entriesOf(w)[0] ?? {}, { kind: 'run', workflowId: 'run-unchanged' }, ...rest]);
        w.audit.splice(0, 2, first ?? {}, forged ?? {});
      },
    ],
    ['an entry that was cut out', 'entry 3', (w) => drop(w.audit, { seq: 2 })],
    ['a column that says something else', 'entry 1', (w) => change(w.audit, { seq: 1 }, { status: 'failed' })],
    ['a trail that begins in its middle', 'entry 2', (w) => (w.audit = trailOf(entriesOf(w), 2))],
    ['an entry of an unknown kind', 'entry 10', (w) => misaudit(w, 'terminated', { kind: 'other' })],
  ]);
});

suite('the auditor, of identities', () => {
  const OTHER = { body_sha256: sha256('other') };
  const [FIRST, SECOND] = [{ webhookId: 'msg-d1-1-0' }, { webhookId: 'msg-d1-1-1' }];
  finds('identity', [
    [
      'other bytes under an id',
      'msg-d1-1-0',
      (w) => change(w.receiver, { ...FIRST, verdict: 'duplicate' }, { sha256: sha256('other') }),
    ],
    [
      'a part under a second id',
      'part 1 of revision 1 of d1',
      (w) => add(w.receiver, SECOND, { at: at(27), webhookId: 'msg-new', effect: false }),
    ],
    ['an id for two parts', 'msg-d1-1-1', (w) => add(w.receiver, SECOND, { at: at(27), part: 2, effect: false })],
    [
      'a part that the ledger does not know',
      'part 1 of revision 1 of d1',
      (w) =>
        w.ledger.splice(
          w.ledger.findIndex(({ row }) => row['part_id'] === 'msg-d1-1-1'),
          1,
        ),
    ],
    [
      'other bytes than the ledger has',
      'part 1 of revision 1 of d1',
      (w) =>
        change(
          w.ledger.map(({ row }) => row),
          { part_id: 'msg-d1-1-1' },
          OTHER,
        ),
    ],
    [
      'a message that the receiver had to refuse',
      'msg-d1-1-1',
      (w) => add(w.receiver, SECOND, { at: at(25), verdict: 'refused', status: 401, effect: false }),
    ],
    [
      'a revision with nothing new in it',
      'd2',
      (w) =>
        resend(w, 'msg-d2-2-0', ({ metrics }) => {
          return { metrics: metrics.toReversed().map((row) => (row['rate'] === 12.5 ? { ...row, rate: 12 } : row)) };
        }),
    ],
  ]);
});

suite('the auditor, of duplicates', () => {
  const FIRST = { webhookId: 'msg-d1-1-0', verdict: 'accepted' };
  finds('duplicates', [
    [
      'a part sent again though it was acknowledged',
      'msg-d1-1-0',
      (w) => change(w.receiver, FIRST, { status: 200, fault: undefined }),
    ],
    [
      'a part sent a third time though the second was acknowledged',
      'msg-d1-1-0',
      (w) => add(w.receiver, { ...FIRST, verdict: 'duplicate' }, { at: at(31) }),
    ],
    [
      'a part taken in a second time though it was acknowledged',
      'msg-d1-1-1',
      (w) => add(w.receiver, { webhookId: 'msg-d1-1-1' }, { at: at(31) }),
    ],
    [
      'a part sent again before the answer could be late',
      'msg-d1-1-0',
      (w) => change(w.receiver, FIRST, { status: 200, fault: 'slow' }),
    ],
    ['a part sent again before the kill', 'msg-d2-1-0', (w) => change(w.operator, { at: at(111) }, { at: at(114) })],
    [
      'a part sent again after everything was back',
      'msg-d2-1-0',
      (w) => {
        change(w.operator, { at: at(111) }, { at: at(108) });
        change(w.operator, { at: at(112) }, { at: at(109) });
      },
    ],
  ]);
});

suite('the auditor, of orphans', () => {
  const STRAY = { at: at(90), queryId: 'q-stray' };
  finds('orphans', [
    [
      'a second query after an answer',
      'run-kept',
      (w) => change(w.cxone, { queryId: 'q-kept-lost' }, { status: 202, fault: undefined }),
    ],
    ['a second query before the kill', 'run-sampled', (w) => change(w.operator, { at: at(101) }, { at: at(104) })],
    ['a second query that is not on record', 'run-sampled', (w) => drop(w.orphans, { run_key: 'key-sampled' })],
    [
      'a query under a key that is on no record',
      'q-stray',
      (w) => add(w.cxone, { queryId: 'q-kept' }, { ...STRAY, idempotencyKey: 'stray' }),
    ],
    [
      'a query without any key',
      'q-stray',
      (w) => add(w.cxone, { queryId: 'q-kept' }, { ...STRAY, idempotencyKey: undefined }),
    ],
    [
      'a new generation of a query that was there',
      'run-gone',
      (w) => change(w.cxone, { operation: 'poll' }, { status: 202 }),
    ],
  ]);
});
