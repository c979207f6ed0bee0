import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { faultSchema, type Operation } from '../../../simulator/faults/fault.js';
import { NAMED_FAULTS, parseFaultRate, type FaultSchedule } from '../../../simulator/faults/named.js';
import { FaultPlan } from '../../../simulator/faults/plan.js';
import { InvalidSimulatorOption } from '../../../simulator/invalid-option.js';

const always = (): boolean => true;

/** Names of the faults that strike so many requests in a row. */
function strikes(
  schedule: FaultSchedule,
  operation: Operation,
  requests: number,
  seed = 'seed',
): (string | undefined)[] {
  const plan = new FaultPlan(seed, schedule);
  return Array.from({ length: requests }, () => plan.pick(operation, always)?.name);
}

test('a scripted fault strikes the nth request of its operation, so many times, and no other', () => {
  const schedule: FaultSchedule = { script: [{ on: 'poll', nth: 2, times: 2, fault: '503' }] };
  assert.deepEqual(strikes(schedule, 'poll', 5), [undefined, '503', '503', undefined, undefined]);
  assert.deepEqual(strikes(schedule, 'page', 3), [undefined, undefined, undefined]);
});

test('without an operation it counts the requests of all of them', () => {
  const plan = new FaultPlan('seed', { script: [{ nth: 2, fault: { kind: 'slow', delayMs: 5 } }] });
  assert.equal(plan.pick('token', always), undefined);
  assert.deepEqual(plan.pick('submit', always), { name: 'slow', fault: { kind: 'slow', delayMs: 5 } });
});

test('a fault that would change nothing waits for a request that it applies to', () => {
  const plan = new FaultPlan('seed', { script: [{ on: 'poll', fault: 'wrong-total' }] });
  assert.equal(
    plan.pick('poll', () => false),
    undefined,
  );
  assert.equal(plan.pick('poll', always)?.name, 'wrong-total');
  assert.deepEqual(plan.fired(), { 'wrong-total': 1 });
});

test('of two rules that are due the first one strikes, and the other keeps its turn', () => {
  const script: FaultSchedule['script'] = [{ fault: '401' }, { fault: '503' }];
  assert.deepEqual(strikes({ script }, 'poll', 3), ['401', '503', undefined]);
});

test('rules may be added and dropped while it runs; requests count from then on', () => {
  const plan = new FaultPlan('seed');
  plan.pick('poll', always);
  plan.add({ script: [{ on: 'poll', nth: 2, fault: 'html' }] });
  assert.equal(plan.pick('poll', always), undefined);
  assert.equal(plan.pick('poll', always)?.name, 'html');
  plan.add({ rates: [{ rate: 1, fault: '500' }] });
  plan.clear();
  assert.equal(plan.pick('poll', always), undefined);
});

test('a rate strikes its share of the requests, the same ones for the same seed', () => {
  const schedule: FaultSchedule = { rates: [{ rate: 0.2, fault: '429' }] };
  const drawn = strikes(schedule, 'poll', 10_000);
  const struck = drawn.filter((name) => name === '429').length;
  assert.ok(Math.abs(struck - 2_000) < 200, String(struck));
  assert.deepEqual(strikes(schedule, 'poll', 10_000), drawn);
  assert.notDeepEqual(strikes(schedule, 'poll', 10_000, 'another'), drawn);
});

test('a rate with times comes in bursts of at least that length', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.string(), (times, seed) => {
      const drawn = strikes({ rates: [{ rate: 0.1, times, fault: '503' }] }, 'poll', 300, seed);
      const bursts = drawn
        .map((name) => (name === undefined ? ' ' : 'x'))
        .join('')
        .trimEnd()
        .split(/ +/)
        .filter(Boolean);
      // The last one may have been cut by the end of the sequence.
      for (const burst of bursts.slice(0, -1)) assert.equal(burst.length % times, 0);
    }),
  );
});

test('rates 0 and 1 are never and always', () => {
  assert.ok(strikes({ rates: [{ rate: 0, fault: '500' }] }, 'poll', 500).every((name) => name === undefined));
  assert.ok(strikes({ rates: [{ rate: 1, fault: '500' }] }, 'poll', 500).every((name) => name === '500'));
});

test('rules that spare strike a subject so many times between them, and others as before', () => {
  const rates: FaultSchedule['rates'] = [
    { on: 'webhook', rate: 1, fault: '503', perSubject: 2 },
    { on: 'webhook', rate: 1, fault: 'drop-after', perSubject: 1 },
    { on: 'webhook', rate: 1, fault: 'slow' },
  ];
  const plan = new FaultPlan('seed', { rates });
  const strike = (subject?: string): string | undefined => plan.pick('webhook', always, subject)?.name;
  assert.deepEqual([strike('m1'), strike('m1'), strike('m1'), strike('m1')], ['503', '503', 'slow', 'slow']);
  assert.equal(strike('m2'), '503');
  assert.equal(strike(), '503');
});

test('a scripted fault that spares a subject strikes the next one', () => {
  const script: FaultSchedule['script'] = [
    { on: 'poll', fault: 'html', perSubject: 1 },
    { on: 'poll', fault: 'cut-json', perSubject: 1 },
  ];
  const plan = new FaultPlan('seed', { script });
  const struck = ['q1', 'q1', 'q2'].map((subject) => plan.pick('poll', always, subject)?.name);
  assert.deepEqual(struck, ['html', undefined, 'cut-json']);
});

test('every named fault is a fault, and can be written as a rate', () => {
  for (const [name, fault] of Object.entries(NAMED_FAULTS)) {
    assert.ok(faultSchema.safeParse(fault).success, name);
    assert.deepEqual(parseFaultRate(`${name}@0.5`), { on: 'any', rate: 0.5, times: 1, fault: name });
  }
  assert.deepEqual(parseFaultRate('503:poll@0.05x3'), { on: 'poll', rate: 0.05, times: 3, fault: '503' });
});

test('refuses what is no fault, naming it', () => {
  for (const text of ['503', 'nonsense@0.1', '503@2', '503:nowhere@0.1', '503@0.1x0', '@0.1', '503@.']) {
    assert.throws(
      () => parseFaultRate(text),
      (error) => error instanceof InvalidSimulatorOption && error.message.includes(`"${text}"`),
      text,
    );
  }
  assert.throws(() => new FaultPlan('seed', { script: [{ nth: 0, fault: '503' }] }), InvalidSimulatorOption);
});
