import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gaugeReader } from '../../../src/composition/metrics/keep-gauges.js';
import { meteredDestination } from '../../../src/composition/metrics/metered-destination.js';
import { meteredSource } from '../../../src/composition/metrics/metered-source.js';
import type { OpenDestination } from '../../../src/composition/destinations.js';
import type { OpenSource } from '../../../src/composition/sources.js';
import { AdapterError } from '../../../src/contract/adapter-error.js';
import type { PartAnswer, RecordFigures } from '../../../src/ports/index.js';
import { createSdkMeter } from '../../../src/worker/sdk-meter.js';
import { recordingMeter } from './recording-meter.js';

const signal = new AbortController().signal;
const PLACE = { org: 'acme', source: 'journeys', destination: 'lake' };

class Refused extends AdapterError {
  readonly failureType = 'Forbidden';
  constructor() {
    super('no', { operation: 'submit', effect: 'none' });
  }
}

suite('gauges of the records', () => {
  test('are set to what is there, and to 0 once it is gone', async () => {
    const { meter, lines } = recordingMeter();
    let found: RecordFigures = {
      undelivered: [{ ...PLACE, windows: 2, oldestMs: 90_000 }],
      lags: [{ ...PLACE, every: 'day', lagMs: 7_000 }],
      setBack: 1,
    };
    const states = () =>
      Promise.resolve([
        {
          ...{ org: 'acme', credential: null, holders: [], waiting: 3, circuit: 'open' as const },
          ...{ openSince: null, nextProbe: null, failures: 5, lastSuccess: null, requestsLastHour: 0 },
        },
      ]);
    const records = { figures: () => Promise.resolve(found), gateState: { states } };
    const read = gaugeReader(meter, records, () => 5_000);
    await read(signal);
    const place = '{destination=lake,org=acme,source=journeys}';
    assert.deepEqual(lines(), [
      'circuit_open{org=acme} 1',
      'gate_running{org=acme} 0',
      'gate_waiting{org=acme} 3',
      'gauges_read_timestamp_seconds 5',
      'set_back_deliveries 1',
      `undelivered_oldest_seconds${place} 90`,
      `undelivered${place} 2`,
      'window_lag_seconds{destination=lake,every=day,org=acme,source=journeys} 7',
    ]);
    found = { undelivered: [], lags: [], setBack: 0 };
    await read(signal);
    assert.deepEqual(
      lines().filter((line) => /^(undelivered|window|set_back)/.test(line)),
      [
        'set_back_deliveries 0',
        `undelivered_oldest_seconds${place} 0`,
        `undelivered${place} 0`,
        'window_lag_seconds{destination=lake,every=day,org=acme,source=journeys} 0',
      ],
    );
  });
});

suite('calls of sources and destinations', () => {
  test('count by their answer, the reason to wait, or the failure', async () => {
    const { meter, lines } = recordingMeter();
    const answers: (object | Error)[] = [
      { state: 'accepted' },
      { state: 'later', reason: 'rate limited' },
      new Refused(),
    ];
    const source = meteredSource(
      {
        submit: () => {
          const answer = answers.shift() ?? {};
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
      } as unknown as OpenSource,
      { meter, org: 'acme', source: 'journeys' },
    );
    assert.ok(!('abort' in source), 'what it could not do before it cannot do now');
    const job = { query: {} as never, idempotencyKey: 'k' };
    await source.submit(job, signal);
    await source.submit(job, signal);
    await assert.rejects(source.submit(job, signal), Refused);
    assert.deepEqual(lines(), [
      'source_calls{operation=submit,org=acme,outcome=Forbidden,source=journeys} 1',
      'source_calls{operation=submit,org=acme,outcome=accepted,source=journeys} 1',
      'source_calls{operation=submit,org=acme,outcome=rate limited,source=journeys} 1',
    ]);
  });

  test('are timed, by how they ended', async () => {
    const { meter, lines } = recordingMeter();
    const answers: PartAnswer[] = [
      { delivered: true, reason: '200', permanent: false },
      { delivered: false, reason: '400', permanent: true },
      { delivered: false, reason: '503', permanent: false },
    ];
    let nowMs = 0;
    const deliver = () => {
      nowMs += 250;
      return Promise.resolve(answers.shift());
    };
    const destination = meteredDestination({ takes: 'parts', deliver } as unknown as OpenDestination, {
      ...{ meter, name: 'lake', now: () => nowMs },
    });
    assert.ok(destination.takes !== 'rows');
    for (let n = 0; n < 3; n += 1) await destination.deliver({} as never, signal);
    assert.deepEqual(
      lines(),
      ['delivered', 'failed', 'refused'].map((outcome) => `delivery_seconds{destination=lake,outcome=${outcome}} 0.25`),
    );
    assert.ok(!('commit' in destination));
  });
});

suite("the SDK's meter", () => {
  test('gets nothing before it is attached, and each metric once', () => {
    const meter = createSdkMeter();
    const made: string[] = [];
    const values: unknown[] = [];
    meter.record('journey_metrics_set_back_deliveries', 1, {});
    const make = (name: string) => {
      made.push(name);
      const keep = (value: number, labels?: object): void => void values.push([value, labels]);
      return { add: keep, record: keep, set: keep } as never;
    };
    meter.attach({ createCounter: make, createGauge: make, createHistogram: make, withTags: () => assert.fail() });
    meter.record('journey_metrics_set_back_deliveries', 2, {});
    meter.record('journey_metrics_query_wait_seconds', 3, { org: 'acme', source: 'journeys' });
    meter.record('journey_metrics_query_wait_seconds', 4, { org: 'acme', source: 'journeys' });
    assert.deepEqual(made, ['journey_metrics_set_back_deliveries', 'journey_metrics_query_wait_seconds']);
    assert.deepEqual(values, [
      [2, {}],
      [3, { org: 'acme', source: 'journeys' }],
      [4, { org: 'acme', source: 'journeys' }],
    ]);
  });
});
