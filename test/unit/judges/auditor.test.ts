import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { audit } from '../../auditor/audit.js';
import { EvidenceError } from '../../auditor/line.js';
import { audited, withEvidence, type Offence, type Spoil } from './auditor-rig.js';
import { QUERY } from './auditor-story.js';
import { add, at, change, drop, misaudit } from './auditor-world.js';

const asItIs: Spoil = () => undefined;
const NO_KILL = { event: 'kill', pid: 72 };

suite('the auditor', () => {
  test('finds nothing where every promise was held, and says how much it looked at', async () => {
    const { verdict, findings, counts } = await audited(asItIs);
    assert.deepEqual({ verdict, findings }, { verdict: 'held', findings: [] });
    const { requested, completed, auditEntries, queries, duplicates, deliveriesCompared, rowsCompared } = counts;
    assert.deepEqual([requested, completed, auditEntries, queries, duplicates], [10, 6, 10, 10, 3]);
    // Those of the undelivered run are not at the receiver.
    assert.deepEqual([deliveriesCompared, rowsCompared], [5, 32]);
  });

  const UNTESTED: readonly Offence[] = [
    ['there is no plan', 'the plan', (w) => drop(w.operator, { event: 'plan' })],
    [
      'a fault of the source struck only once',
      'fault 502-after of the source',
      (w) => change(w.cxone, { queryId: 'q-kept-lost' }, { fault: 'reset-after' }),
    ],
    [
      'a fault of the receiver struck only once',
      'fault drop-after of the receiver',
      (w) => change(w.receiver, { webhookId: 'msg-d2-2-0', fault: 'drop-after' }, { fault: 'reset-after' }),
    ],
    ['nothing ran when it was killed', 'kill of worker', (w) => change(w.operator, NO_KILL, { inFlight: 0 })],
    ['a target was never killed', 'kill of worker', (w) => change(w.operator, { target: 'worker' }, { target: 'ui' })],
    ['a kill killed nobody', 'kill of worker', (w) => change(w.operator, { event: 'back', pid: 73 }, { pid: 72 })],
  ];
  for (const [claim, subject, spoil] of UNTESTED) {
    test(`calls it nothing tested where ${claim}`, async () => {
      const { verdict, findings } = await audited(spoil);
      assert.equal(verdict, 'nothing tested');
      assert.deepEqual(
        findings.map((finding) => [finding.promise, finding.subject]),
        [['evidence', subject]],
      );
    });
  }

  test('says that nothing was tested where no run completed', async () => {
    const { findings } = await audited((w) => change(w.runs, { status: 'completed' }, { status: 'cancelled' }));
    assert.ok(findings.some(({ promise, subject }) => promise === 'evidence' && subject === 'the runs'));
  });

  test('calls it broken, not untested, where it is both', async () => {
    const { verdict, findings } = await audited((w) => {
      w.audit.pop();
      drop(w.operator, { event: 'plan' });
    });
    assert.equal(verdict, 'broken');
    assert.deepEqual(new Set(findings.map(({ promise }) => promise)), new Set(['audit', 'evidence']));
  });
});

suite('the auditor finds no fault with', () => {
  const FIRST = { webhookId: 'msg-d1-1-0' };
  const ALLOWED: readonly (readonly [claim: string, spoil: Spoil])[] = [
    [
      'a cancellation that came too late',
      (w) => {
        change(w.operator, { workflowId: 'run-kept' }, { expect: 'any' });
        w.operator.push({ at: at(99), event: 'cancel-asked', workflowId: 'run-kept' });
      },
    ],
    [
      'a terminated run that had just written its own entry',
      (w) => misaudit(w, 'terminated', { kind: 'run', status: 'completed' }),
    ],
    [
      'a part sent again after twenty seconds without an answer',
      (w) => {
        change(w.receiver, { ...FIRST, verdict: 'accepted' }, { status: 200, fault: 'slow' });
        change(w.receiver, { ...FIRST, verdict: 'duplicate' }, { at: at(40) });
      },
    ],
    [
      'a part sent again after an answer that broke off',
      (w) => change(w.receiver, { ...FIRST, verdict: 'accepted' }, { status: 200, fault: 'truncated' }),
    ],
    [
      'a run given up after crashes that left no trace at the source',
      (w) => {
        drop(w.cxone, { at: at(214) });
        w.operator.push({ at: at(212), event: 'kill', target: 'temporal', pid: 11, inFlight: 1 });
      },
    ],
    [
      'a run given up after answers that leave everything open',
      (w) => {
        change(w.cxone, { at: at(214) }, { status: 502, fault: '502' });
        change(w.cxone, { at: at(230) }, { status: 202, fault: 'truncated' });
      },
    ],
    [
      'days that were counted in another zone',
      (w) => {
        const query = { metric: ['rate'], dateFrom: '2026-11-01', dateTo: '2026-11-13' };
        change(w.operator, { workflowId: 'run-gone' }, { request: { query, timeZone: 'Europe/Berlin' } });
        change(w.cxone, { queryId: 'q-gone-2' }, { query: { ...QUERY, dateFrom: '2026-10-31T23:00:00Z' } });
      },
    ],
    [
      'a revision that a later one overtook',
      (w) => change(w.receiver, { webhookId: 'msg-d2-1-0' }, { verdict: 'stale', effect: false }),
    ],
    [
      'a receiver given up after ten attempts',
      (w) => {
        change(w.receiver, { fault: '410' }, { status: 503 });
        for (let attempt = 3; attempt <= 10; attempt += 1) add(w.receiver, { fault: '410' }, { at: at(150 + attempt) });
      },
    ],
  ];
  for (const [claim, spoil] of ALLOWED) {
    test(claim, async () => {
      const { findings } = await audited(spoil);
      assert.deepEqual(
        findings.filter(({ promise }) => promise !== 'evidence'),
        [],
      );
    });
  }
});

suite('the auditor reads strictly:', () => {
  const refused = (message: RegExp, spoil: Spoil, meddle?: (folder: string) => Promise<void>): Promise<void> =>
    withEvidence(spoil, async (folder) => {
      await meddle?.(folder);
      assert.throws(
        () => audit(folder),
        (error) => error instanceof EvidenceError && message.test(error.message),
      );
    });

  test('a broken line is named by file and line', () =>
    refused(/^cxone\.ndjson:\d+: not JSON$/, asItIs, (folder) => appendFile(join(folder, 'cxone.ndjson'), '{"at":\n')));
  test('a torn line is none', () =>
    refused(/^cxone\.ndjson: its last line is torn$/, asItIs, (folder) =>
      appendFile(join(folder, 'cxone.ndjson'), '{}'),
    ));
  test('a field that it needs must be there', () =>
    refused(/^receiver\.ndjson:1: "effect" is not true or false$/, (w) => delete w.receiver[0]?.['effect']));
  test('an instant must be one', () =>
    refused(/^receiver\.ndjson:1: "at" is not an instant$/, (w) => Object.assign(w.receiver[0] ?? {}, { at: 'noon' })));
  test('an event must be one that was agreed', () =>
    refused(/^operator\.ndjson:\d+: "event" is not one of/, (w) => w.operator.push({ at: at(1), event: 'killed' })));
  test('a workflow id is requested once', () =>
    refused(/run-kept was requested before$/, (w) => add(w.operator, { workflowId: 'run-kept' }, { at: at(1) })));
  test('a file must be there', () =>
    refused(/^orphans\.ndjson is missing$/, asItIs, (folder) => rm(join(folder, 'orphans.ndjson'))));

  test('a body must have the bytes that it is named by', async () => {
    const { findings } = await audited((w) => {
      for (const [hash, body] of Object.entries(w.bodies)) w.bodies[hash] = `${body} `;
    });
    assert.match(findings[0]?.what ?? '', /its bytes have another hash$/);
  });
});

suite('the auditor as a command', () => {
  const MAIN = fileURLToPath(new URL('../../auditor/main.ts', import.meta.url));
  const command = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['--import', 'tsx', MAIN, ...args], { encoding: 'utf8' });

  test('exits 0 for what was held', () =>
    withEvidence(asItIs, (folder) => {
      const { status, stdout } = command(folder);
      assert.match(stdout, /verdict: held\n$/);
      assert.equal(status, 0);
    }));
  test('exits 1 for what is broken, and says what as JSON', () =>
    withEvidence(
      (w) => w.audit.pop(),
      (folder) => {
        const { status, stdout } = command(folder, '--json');
        assert.deepEqual(JSON.parse(stdout), audit(folder));
        assert.equal(status, 1);
      },
    ));
  test('exits 3 where nothing was tested', () =>
    withEvidence(
      (w) => change(w.operator, NO_KILL, { inFlight: 0 }),
      (folder) => {
        const { status, stdout } = command(folder);
        assert.match(stdout, /evidence: kill of worker hit it, with runs under way, once\n/);
        assert.equal(status, 3);
      },
    ));
  test('exits 2 for what it cannot read, and for a call that it does not understand', () => {
    for (const args of [['no-such-folder'], [], ['one', 'two'], ['one', '--loud']]) {
      const { status, stdout, stderr } = command(...args);
      assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
      assert.match(stderr, /is missing|^usage:/);
    }
  });
});
