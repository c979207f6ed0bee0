import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lookAgainIn, type Queue } from '../../../src/records/gate/turn.js';

const QUEUE: Queue = {
  ...{ slots: 1, held: 0, ahead: 0, aheadDue: 0, waitedMs: 0 },
  ...{ gapLeftMs: 0, hasGap: false, posting: false },
};

const queues: fc.Arbitrary<Queue> = fc
  .record({
    slots: fc.option(fc.integer({ min: 1, max: 9 })),
    held: fc.integer({ min: 0, max: 12 }),
    ahead: fc.integer({ min: 0, max: 500 }),
    due: fc.integer({ min: 0, max: 500 }),
    waitedMs: fc.integer({ min: 0, max: 604_800_000 }),
    gapLeftMs: fc.integer({ min: 0, max: 60_000 }),
    hasGap: fc.boolean(),
    posting: fc.boolean(),
  })
  .map(({ due, hasGap, gapLeftMs, ...rest }) => ({
    ...rest,
    hasGap,
    gapLeftMs: hasGap ? gapLeftMs : 0,
    aheadDue: Math.min(due, rest.ahead),
  }));

describe('whose turn it is', () => {
  it('is that of the first asker with no earlier waiter due, where a slot is free', () => {
    assert.equal(lookAgainIn(QUEUE), undefined);
    assert.equal(lookAgainIn({ ...QUEUE, ahead: 5 }), undefined, 'earlier ones look much later');
    assert.notEqual(lookAgainIn({ ...QUEUE, ahead: 1, aheadDue: 1 }), undefined);
    assert.notEqual(lookAgainIn({ ...QUEUE, held: 1 }), undefined);
    assert.equal(
      lookAgainIn({ ...QUEUE, slots: 3, held: 1, ahead: 1, aheadDue: 1 }),
      undefined,
      'there is one for each',
    );
  });

  it('is nobody’s while a gap lasts, or may begin', () => {
    assert.equal(lookAgainIn({ ...QUEUE, slots: 4, hasGap: true, gapLeftMs: 4_321.2 }), 4_322);
    assert.notEqual(lookAgainIn({ ...QUEUE, slots: 4, hasGap: true, posting: true }), undefined);
    const second = { ...QUEUE, slots: null, hasGap: true, ahead: 1, aheadDue: 1 };
    assert.notEqual(lookAgainIn(second), undefined, 'a gap lets one through at a time');
  });

  it('never lets anybody in above the limit or within a gap, and names looks of 10 s for the first three, 5 min for others', () => {
    fc.assert(
      fc.property(queues, (queue) => {
        const { slots, held, ahead, gapLeftMs, hasGap, posting } = queue;
        const lookMs = lookAgainIn(queue);
        if (lookMs === undefined) return (slots ?? Infinity) > held && gapLeftMs === 0 && !(hasGap && posting);
        return lookMs > 0 && lookMs <= (ahead < 3 ? 10_000 : 300_000);
      }),
    );
  });
});
