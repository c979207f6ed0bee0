import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planFaults } from '../../chaos/faults.js';
import { ChaosUsageError, readOptions } from '../../chaos/options.js';
import { makePlan, TARGETS } from '../../chaos/plan.js';
import { NAMED_FAULTS } from '../../../simulator/faults/named.js';
import { FaultPlan } from '../../../simulator/faults/plan.js';
import { resolveRequest } from '../../../src/client/runs/resolve-request.js';

/** A window that begins in the future is refused. */
const LONG_AFTER = Date.parse('2100-01-01');

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('a seed is a plan: the same one again, whatever was asked of it before, and another for another seed', () => {
  const whole = (seed: string): unknown => {
    const plan = makePlan(seed);
    return [upTo(200).map(plan.run), upTo(200).map(plan.kill), planFaults(seed, 100)];
  };
  assert.deepEqual(whole('a'), whole('a'));
  assert.notDeepEqual(whole('a'), whole('b'));
  assert.deepEqual(makePlan('a').run(150), upTo(200).map(makePlan('a').run)[150]);
});

test('every request is one that the product takes, for a workflow id of its own, but those that are read again', () => {
  const plan = makePlan('ids');
  const ids = new Map<number, string>();
  for (const { index, request, againOf } of upTo(1_000).map(plan.run)) {
    const id = resolveRequest(request, { org: 'acme', destination: 'bi' }, LONG_AFTER).workflowId(1);
    if (againOf === undefined) ids.set(index, id);
    else assert.equal(id, ids.get(againOf));
  }
  assert.equal(new Set(ids.values()).size, ids.size);
});

test('of twenty runs one is invalid, one cancelled, one terminated, and two read again what ran undisturbed, once each', () => {
  const plan = makePlan('roles');
  for (const block of upTo(30)) {
    const runs = upTo(20).map((place) => plan.run(block * 20 + place));
    const count = (expect: string): number => runs.filter((run) => run.expect === expect).length;
    assert.deepEqual(['failed', 'cancelled', 'terminated', 'completed'].map(count), [1, 1, 1, 17]);
    const read = runs.flatMap(({ againOf }) => againOf ?? []);
    assert.equal(new Set(read).size, 2);
    for (const index of read) {
      const { expect, againOf } = plan.run(index);
      assert.deepEqual([expect, againOf], ['completed', undefined]);
    }
  }
});

test('kills come every 1 to 5 s, and every ten of them strike each target twice at least', () => {
  const plan = makePlan('kills');
  for (const tenth of upTo(50)) {
    const kills = upTo(10).map((place) => plan.kill(tenth * 10 + place));
    for (const target of TARGETS) assert.ok(kills.filter((kill) => kill.target === target).length >= 2, target);
    assert.ok(kills.every(({ waitMs }) => waitMs >= 1_000 && waitMs <= 5_000));
  }
});

test('every fault of the plan strikes twice and more within the requests that so many runs make', () => {
  const { cxone, receiver, names } = planFaults('faults', 100);
  const source = new FaultPlan('faults', cxone);
  for (const request of upTo(250)) source.pick('poll', () => true, `query ${Math.floor(request / 3)}`);
  for (const request of upTo(150)) source.pick('page', () => true, `query ${Math.floor(request / 3)}`);
  for (const request of upTo(120)) source.pick('submit', () => true, `submission ${request}`);
  const inbox = new FaultPlan('faults', receiver);
  for (const request of upTo(120)) inbox.pick('webhook', () => true, `message ${request}`);
  assert.ok(names.cxone.length >= 12 && names.receiver.length >= 12);
  for (const name of names.cxone) assert.ok((source.fired()[name] ?? 0) >= 2, `${name} of the source`);
  for (const name of names.receiver) assert.ok((inbox.fired()[name] ?? 0) >= 2, `${name} of the receiver`);
});

test('no message fails twice, whatever the faults: its third attempt would come five minutes later', () => {
  const inbox = new FaultPlan('bounds', planFaults('bounds', 100).receiver);
  const harmless = ['slow', 'drip', undefined];
  for (const message of upTo(200)) {
    const struck = upTo(4).map(() => inbox.pick('webhook', () => true, `message ${message}`)?.name);
    assert.ok(struck.filter((name) => !harmless.includes(name)).length <= 1, struck.join());
  }
});

test('no query is read wrongly more than once, and no more than two of them vanish', () => {
  const source = new FaultPlan('bounds', planFaults('bounds', 1_000).cxone);
  const defects = upTo(900).map((query) => {
    const struck = upTo(6).map((poll) => source.pick(poll < 3 ? 'poll' : 'page', () => true, `query ${query}`)?.name);
    return struck.filter((name) => name !== undefined && isDefect(name)).length;
  });
  assert.equal(Math.max(...defects), 1);
  assert.equal(source.fired()['expired'], 2);
});

/** A complete answer that is not the result: the run reads it three times in all. */
function isDefect(name: string): boolean {
  const kinds = [
    'html',
    'wrong-json',
    'cut-json',
    'wrong-total',
    'other-query',
    'strange-rows',
    'redirect',
    'page-loop',
  ];
  return kinds.includes(name) && name in NAMED_FAULTS;
}

test('options have defaults, and what is none is refused by its name', () => {
  const { seed, ...rest } = readOptions([]);
  assert.match(seed, /^[0-9a-f]{8}$/);
  assert.deepEqual(rest, { runs: 100, inFlight: 30, minutes: 0, json: false, keep: false });
  const given = readOptions(['--runs', '5', '--seed', 's', '--in-flight', '2', '--minutes', '0.5', '--json', '--keep']);
  assert.deepEqual(given, { runs: 5, seed: 's', inFlight: 2, minutes: 0.5, json: true, keep: true });
  for (const args of [['--runs', '0'], ['--runs', '1.5'], ['--minutes', 'soon'], ['--in-flight', ''], ['--faster']]) {
    assert.throws(
      () => readOptions(args),
      (error) => error instanceof ChaosUsageError && error.message.includes(args[0] ?? ''),
      args.join(' '),
    );
  }
});
