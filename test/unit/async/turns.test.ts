import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { PageMemory } from '../../../src/async/page-memory.js';
import { Turns } from '../../../src/async/turns.js';

const always = new AbortController().signal;
const KIB = 1_024;

describe('turns', () => {
  it('are given in the order of asking, also to one that wants more than those behind it', async () => {
    const turns = new Turns(4);
    const first = await turns.take(3, always);
    const order: string[] = [];
    const large = turns.take(4, always).then((giveBack) => {
      order.push('large');
      giveBack();
    });
    const small = turns.take(1, always).then(() => order.push('small'));
    await setImmediate();
    assert.deepEqual(order, []);
    assert.equal(turns.tryTake(1), undefined, 'nobody overtakes those who wait');
    first();
    await Promise.all([large, small]);
    assert.deepEqual(order, ['large', 'small']);
  });

  it('are given back once, and in parts', () => {
    const turns = new Turns(4);
    const giveBack = turns.tryTake(4);
    giveBack?.(3);
    giveBack?.(3);
    const one = turns.tryTake(1);
    assert.ok(one);
    assert.equal(turns.tryTake(1), undefined);
    giveBack?.();
    giveBack?.();
    assert.ok(turns.tryTake(3));
    assert.equal(turns.tryTake(1), undefined);
  });

  it('are all there are for one that wants more', () => {
    const turns = new Turns(2);
    const all = turns.tryTake(100);
    assert.equal(turns.tryTake(1), undefined);
    all?.();
    assert.ok(turns.tryTake(2));
  });

  it('end a wait with the reason of its signal, and let those behind go on', async () => {
    const turns = new Turns(2);
    const one = await turns.take(1, always);
    const controller = new AbortController();
    const large = turns.take(2, controller.signal);
    const small = turns.take(1, always);
    controller.abort(new Error('enough'));
    await assert.rejects(large, /enough/);
    (await small)();
    one();
    assert.ok(turns.tryTake(2));
    await assert.rejects(turns.take(1, controller.signal), /enough/);
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
    await memory.hold(() => Promise.resolve(assert.equal(memory.enter(1_000 * KIB), true)));
  });

  it('of a page whose size nobody stated is given back as far as it was not needed', async () => {
    const memory = new PageMemory(1_000 * KIB);
    await memory.hold(async () => {
      assert.equal(memory.enter(64_000 * KIB), true);
      memory.shrink(400 * KIB);
      await memory.hold(() => Promise.resolve(assert.equal(memory.enter(600 * KIB), true)));
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
