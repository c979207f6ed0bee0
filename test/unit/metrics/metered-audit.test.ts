import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { meteredAudit } from '../../../src/composition/metrics/metered-audit.js';
import type { AuditEntry, AuditTrail } from '../../../src/ports/index.js';
import { recordingMeter } from './recording-meter.js';

const signal = new AbortController().signal;
const ENDED = { deliveryId: 'd', revision: 1, parts: 2, attempts: 3, signed: true } as const;
const RUN: AuditEntry = {
  timestamp: '2026-11-01T00:00:00.000Z',
  queryId: 'q',
  latency_ms: 1_500,
  accuracy_rate: 100,
  rows_processed: 8,
  status: 'completed',
  kind: 'run',
  org: 'acme',
  workflowId: 'w',
  runKey: 'k',
  requester: 'test',
  queryHash: null,
  series: null,
  report: { source: 'journeys', type: 'journey', metrics: [], dimensions: [] } as unknown as AuditEntry['report'],
  window: null,
  rows: { returned: 10, kept: 9, delivered: 8 },
  delivery: ENDED,
  deliveries: [{ ...ENDED, destination: 'lake', outcome: 'completed' }],
  failureType: null,
  failureMessage: null,
};

function trail() {
  const written = new Set<string>();
  const { meter, lines } = recordingMeter();
  const append: AuditTrail['append'] = (effectId) => {
    const isNew = !written.has(effectId);
    written.add(effectId);
    return Promise.resolve({ seq: written.size, hash: '', isNew });
  };
  const audit = meteredAudit({ append } as AuditTrail, meter);
  return { lines, append: (effectId: string, entry: AuditEntry) => audit.append(effectId, entry, signal) };
}

suite('what is counted of the audit trail', () => {
  test('an entry counts once, however often it is written again', async () => {
    const { lines, append } = trail();
    await append('one', RUN);
    await append('one', RUN);
    assert.deepEqual(lines(), [
      'deliveries_finished{destination=lake,org=acme,outcome=completed,source=journeys} 1',
      'delivery_attempts{destination=lake,org=acme,outcome=completed,source=journeys} 3',
      'rows{org=acme,source=journeys,stage=delivered} 8',
      'rows{org=acme,source=journeys,stage=kept} 9',
      'rows{org=acme,source=journeys,stage=returned} 10',
      'run_seconds{org=acme,outcome=completed,source=journeys} 1.5',
      'runs_finished{failure=,kind=run,org=acme,outcome=completed,source=journeys} 1',
    ]);
  });

  test('each of several deliveries counts by its own entry, and the run that names them all counts none again', async () => {
    const { lines, append } = trail();
    const [lake] = RUN.deliveries ?? [];
    assert.ok(lake);
    const hook = { ...lake, destination: 'hook', outcome: 'undelivered', attempts: 10 } as const;
    await append('lake', { ...RUN, kind: 'delivery', deliveries: [lake] });
    await append('hook', { ...RUN, kind: 'delivery', status: 'undelivered', deliveries: [hook] });
    await append('run', { ...RUN, status: 'undelivered', deliveries: [lake, hook] });
    const counted = lines().filter((line) => /^(deliver|runs_)/.test(line));
    assert.deepEqual(counted, [
      'deliveries_finished{destination=hook,org=acme,outcome=undelivered,source=journeys} 1',
      'deliveries_finished{destination=lake,org=acme,outcome=completed,source=journeys} 1',
      'delivery_attempts{destination=hook,org=acme,outcome=undelivered,source=journeys} 10',
      'delivery_attempts{destination=lake,org=acme,outcome=completed,source=journeys} 3',
      'runs_finished{failure=,kind=run,org=acme,outcome=undelivered,source=journeys} 1',
    ]);
  });

  test('a redelivery has deliveries and no rows, and an end without a report has no source', async () => {
    const { lines, append } = trail();
    const { deliveries = [] } = RUN;
    await append('again', { ...RUN, kind: 'redelivery', rows: null, deliveries: [...deliveries, ...deliveries] });
    const failed = { ...RUN, status: 'failed', failureType: 'Forbidden', org: null, report: null, rows: null } as const;
    const { deliveries: _none, ...without } = failed;
    await append('failed', without);
    assert.deepEqual(
      lines().filter((line) => !line.startsWith('run_seconds')),
      [
        'deliveries_finished{destination=lake,org=acme,outcome=completed,source=journeys} 2',
        'delivery_attempts{destination=lake,org=acme,outcome=completed,source=journeys} 6',
        'runs_finished{failure=,kind=redelivery,org=acme,outcome=completed,source=journeys} 1',
        'runs_finished{failure=Forbidden,kind=run,org=,outcome=failed,source=} 1',
      ],
    );
  });
});
