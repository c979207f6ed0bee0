import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { PageMemory } from '../../../src/async/page-memory.js';
import { Slots } from '../../../src/async/slots.js';

const always = new AbortController().signal;
const KIB = 1_024;

describe('slots', () => {
  it('are given in the order of asking, also to one that wants more than those behind it', async () => {
    const slots = new Slots(4);
    const first = await slots.take(3, always);
    const order: string[] = [];
    const large = slots.take(4, always).then((giveBack) => {
      order.push('large');
      giveBack();
    });
    const small = slots.take(1, always).then(() => order.push('small'));
    await setImmediate();
    assert.deepEqual(order, []);
    assert.equal(slots.tryTake(1), undefined, 'nobody overtakes those who wait');
    first();
    await Promise.all([large, small]);
    assert.deepEqual(order, ['large', 'small']);
  });

  it('are given back once, and in parts', () => {
    const slots = new Slots(4);
    const giveBack = slots.tryTake(4);
    giveBack?.(3);
    giveBack?.(3);
    const one = slots.tryTake(1);
    assert.ok(one);
    assert.equal(slots.tryTake(1), undefined);
    giveBack?.();
    giveBack?.();
    assert.ok(slots.tryTake(3));
    assert.equal(slots.tryTake(1), undefined);
  });

  it('are all there are for one that wants more', () => {
    const slots = new Slots(2);
    const all = slots.tryTake(100);
    assert.equal(slots.tryTake(1), undefined);
    all?.();
    assert.ok(slots.tryTake(2));
  });

  it('end a wait with the reason of its signal, and let those behind go on', async () => {
    const slots = new Slots(2);
    const one = await slots.take(1, always);
    const controller = new AbortController();
    const large = slots.take(2, controller.signal);
    const small = slots.take(1, always);
    controller.abort(new Error('enough'));
    await assert.rejects(large, /enough/);
    (await small)();
    one();
    assert.ok(slots.tryTake(2));
    await assert.rejects(slots.take(1, controller.signal), /enough/);
  });
});

describe('room for pages', () => {
  it('is refused where there is none, waited for, and given back when the work ends', async () => {
    const memory = new PageMemory(1_000 * KIB);
    let done: () => void = () => undefined;
    const isDone = new Promise<void>((resolve) => (done = resolve));
    const first = memory.hold(async () => {
      assert.equal(memory.enter(800 * KIB), true);
      assert.equal(memory.enter(300 * KIB), true, 'what is held already is enough');
      await isDone;
    });
    const second = memory.hold(async () => {
      assert.equal(memory.enter(100 * KIB), true, 'small answers are not counted');
      assert.equal(memory.enter(700 * KIB), false);
      await memory.wait(700 * KIB, always);
      assert.equal(memory.enter(700 * KIB), true);
    });
    done();
    await Promise.all([first, second]);
    assert.equal(await memory.hold(() => Promise.resolve(memory.enter(1_000 * KIB))), true);
  });

  it('of a page whose size nobody stated is given back as far as it was not needed', async () => {
    const memory = new PageMemory(1_000 * KIB);
    await memory.hold(async () => {
      assert.equal(memory.enter(64_000 * KIB), true);
      memory.shrink(400 * KIB);
      assert.equal(await memory.hold(() => Promise.resolve(memory.enter(600 * KIB))), true);
    });
  });

  it('is never waited for by work that holds some: two that want more than there is both get it', async () => {
    const memory = new PageMemory(1_000 * KIB);
    const work = (): Promise<void> =>
      memory.hold(async () => {
        if (!memory.enter(500 * KIB)) await memory.wait(500 * KIB, always);
        await setImmediate();
        if (!memory.enter(900 * KIB)) await memory.wait(900 * KIB, always);
      });
    await Promise.all([work(), work(), work()]);
  });

  it('has no bound outside of such work', () => {
    assert.equal(new PageMemory(1).enter(Number.MAX_SAFE_INTEGER), true);
  });
});
