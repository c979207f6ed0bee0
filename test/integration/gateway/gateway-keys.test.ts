import assert from 'node:assert/strict';
import { after, before, suite, test, type TestContext } from 'node:test';
import { Agent, request as send, type Dispatcher } from 'undici';
import type { GatewayDependencies } from '../../../src/gateway/app.js';
import type { Scope } from '../../../src/keys/principal.js';
import { startKeyedGateway, type HttpAnswer, type KeyedGateway } from '../../support/gateway/keyed-gateway.js';
import { problemIn } from '../../support/gateway/gateway-under-attack.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { until } from '../../support/until.js';

let stack: Suite;
let product: Product;
before(async () => {
  stack = await startSuite();
  // Runs that are started stay where they are.
  product = await stack.product({ worker: false });
});
after(() => stack.stop());

function gatewayFor(t: TestContext, limits: GatewayDependencies['limits'] = {}): Promise<KeyedGateway> {
  return startKeyedGateway(t, product, { limits });
}

const ROUTES: readonly (readonly [method: string, target: string, scope: Scope])[] = [
  ['POST', '/aggregate', 'runs:start'],
  ['GET', '/runs', 'runs:read'],
  ['GET', '/runs/absent', 'runs:read'],
  ['GET', '/runs/absent/events', 'runs:read'],
  ['GET', '/runs/absent/rows', 'rows:read'],
  ['POST', '/runs/absent/cancel', 'runs:control'],
  ['POST', '/runs/absent/poll-now', 'runs:control'],
  ['POST', '/runs/absent/redeliver', 'runs:control'],
  ['GET', '/audit', 'audit:read'],
];

suite('a request', () => {
  test('without a valid key is a 401, the same whether or not its id exists, before its body is looked at', async (t) => {
    const gateway = await gatewayFor(t);
    const key = await gateway.newKey('client');
    const wrong = [
      key.slice(0, -1),
      `${key.slice(0, -4)}AAAA`,
      key.replace('client', 'absent'),
      'Bearer x',
      'Basic eA==',
    ];
    const answers = await Promise.all(
      wrong.map((authorization) => gateway.ask('/runs', { headers: { authorization } })),
    );
    const said = answers.map((answer) => {
      const { instance: _, ...problem } = problemIn(answer, 401);
      return JSON.stringify([problem, answer.headers['www-authenticate']]);
    });
    assert.equal(new Set(said).size, 1, said.join('\n'));
    assert.match(said[0] ?? '', /Bearer/);
    for (const [method, target] of ROUTES) problemIn(await gateway.ask(target, { method, json: '{' }), 401);
  });

  test('needs the scope of its route, and of no other', async (t) => {
    const gateway = await gatewayFor(t, { requestsPerKey: 10_000 });
    for (const [method, target, scope] of ROUTES) {
      const others = [...new Set(ROUTES.map(([, , other]) => other))].filter((other) => other !== scope);
      const [without, only] = [
        await gateway.newKey('without', { scopes: others }),
        await gateway.newKey('only', { scopes: [scope] }),
      ];
      const refused = await gateway.ask(target, { method, headers: { authorization: without } });
      assert.match(problemIn(refused, 403).detail, new RegExp(scope));
      assert.match(String(refused.headers['www-authenticate']), new RegExp(`insufficient_scope.*"${scope}"`));
      const { status } = await gateway.ask(target, { method, headers: { authorization: only } });
      assert.ok(![401, 403].includes(status), `${status} for ${method} ${target}`);
    }
  });

  test('with a key that was revoked is a 401 at once, and one with a new key is let in', async (t) => {
    const gateway = await gatewayFor(t);
    const [old, kept] = [await gateway.newKey('old'), await gateway.newKey('kept')];
    const statusOf = async (authorization: string): Promise<number> =>
      (await gateway.ask('/runs', { headers: { authorization } })).status;
    assert.deepEqual([await statusOf(old), await statusOf(kept)], [200, 200]);
    await gateway.revoke('old');
    const fresh = await gateway.newKey('fresh');
    assert.deepEqual([await statusOf(old), await statusOf(kept), await statusOf(fresh)], [401, 200, 200]);
  });

  test('leaves the id of its key in the log, and nothing of the secret', async (t) => {
    const gateway = await gatewayFor(t);
    const authorization = await gateway.newKey('client');
    await gateway.ask('/runs?limit=x', { headers: { authorization } });
    await gateway.ask('/runs', { headers: { authorization: authorization.replace('client', 'absent') } });
    const log = gateway.log.join('\n');
    assert.match(log, /"key":"client"/);
    assert.ok(!log.includes(authorization.slice(-43)));
  });
});

suite('the limits', () => {
  test('of a key are its own: a request too many is a 429 that says when to come back', async (t) => {
    const gateway = await gatewayFor(t, { requestsPerKey: 3 });
    const [busy, other] = [await gateway.newKey('busy'), await gateway.newKey('other')];
    const ask = (authorization: string): Promise<HttpAnswer> =>
      gateway.ask('/runs?limit=1', { headers: { authorization } });
    const remaining = [await ask(busy), await ask(busy), await ask(busy)].map(({ status, headers }) => [
      status,
      headers['ratelimit-limit'],
      headers['ratelimit-remaining'],
    ]);
    assert.deepEqual(remaining, [
      [200, '3', '2'],
      [200, '3', '1'],
      [200, '3', '0'],
    ]);
    const refused = await ask(busy);
    assert.match(problemIn(refused, 429).detail, /this key may send 3 requests per minute/);
    assert.match(String(refused.headers['retry-after']), /^([1-9]|[1-5]\d|60)$/);
    assert.equal((await ask(other)).status, 200);
  });

  test('of an address count requests without a valid key only, and never keep a valid one out', async (t) => {
    const gateway = await gatewayFor(t, { refusalsPerAddress: 3 });
    const key = await gateway.newKey('client');
    const guess = (): Promise<number> =>
      gateway.ask('/runs', { headers: { authorization: `${key}x` } }).then(({ status }) => status);
    assert.deepEqual([await guess(), await guess(), await guess(), await guess()], [401, 401, 401, 429]);
    const without = await gateway.ask('/runs');
    assert.match(problemIn(without, 429).detail, /without a valid key/);
    assert.ok(Number(without.headers['retry-after']) > 0);
    assert.equal((await gateway.ask('/runs', { headers: { authorization: key } })).status, 200);
    assert.equal((await gateway.ask('/livez')).status, 200);
  });
});

/** What stays open until its client leaves. */
interface Held {
  readonly status: Promise<number>;
  /** `Preference-Applied`. */
  readonly applied: Promise<unknown>;
  leave(): Promise<void>;
}

/** On a connection of its own, which leaving ends. */
function hold(port: number, target: string, options: Omit<Dispatcher.RequestOptions, 'path' | 'origin'>): Held {
  const agent = new Agent();
  const answer = send(`http://127.0.0.1:${port}${target}`, { ...options, dispatcher: agent }).then(
    ({ statusCode, headers, body }) => {
      body.on('error', () => undefined);
      return { statusCode, applied: headers['preference-applied'] };
    },
    () => ({ statusCode: 0, applied: undefined }),
  );
  return {
    status: answer.then(({ statusCode }) => statusCode),
    applied: answer.then(({ applied }) => applied),
    leave: () => agent.destroy(),
  };
}

/** Of a run that no worker takes. */
interface Rig {
  /** A request that waits for its run. */
  readonly wait: () => Held;
  /** An event stream. */
  readonly watch: () => Held;
  /** Resolves once there is a place, or none: what asks for rows takes one, and gives it back at once. */
  readonly untilPlace: (free: boolean) => Promise<unknown>;
}

suite('the places for what stays open', () => {
  const OPEN = 2;

  async function rig(t: TestContext): Promise<Rig> {
    const gateway = await gatewayFor(t, { openPerKey: OPEN });
    const authorization = await gateway.newKey('client');
    const { workflowId } = await product.client.start(product.request());
    const body = JSON.stringify(product.request());
    const waiting = { authorization, 'content-type': 'application/json', prefer: 'wait=60' };
    const held: Held[] = [];
    t.after(() => Promise.all(held.map((each) => each.leave())));
    const holding = (target: string, options: Parameters<typeof hold>[2]): Held => {
      const each = hold(gateway.port, target, options);
      held.push(each);
      return each;
    };
    const rows = async (): Promise<number> =>
      (await gateway.ask(`/runs/${workflowId}/rows`, { headers: { authorization } })).status;
    return {
      wait: () => holding('/aggregate', { method: 'POST', headers: waiting, body }),
      watch: () => holding(`/runs/${workflowId}/events`, { method: 'GET', headers: { authorization } }),
      untilPlace: (free) => until('a place, or none', rows, (status) => status === (free ? 409 : 429)),
    };
  }

  test('are so many for each key, for waits and streams together; who leaves makes room', async (t) => {
    const { wait, watch, untilPlace } = await rig(t);
    const [stream, kept] = [watch(), watch()];
    assert.deepEqual([await stream.status, await kept.status], [200, 200]);
    await untilPlace(false);
    assert.equal(await watch().status, 429);
    const unheld = wait();
    assert.deepEqual([await unheld.status, await unheld.applied], [202, undefined], 'a run is there: that is no error');
    await stream.leave();
    await untilPlace(true);
    const waiting = wait();
    await untilPlace(false);
    await waiting.leave();
    await untilPlace(true);
  });

  test('are free again whenever their clients leave, however early', async (t) => {
    const { wait, watch } = await rig(t);
    for (let round = 0; round < 20; round += 1) {
      const [stream, waiting] = [watch(), wait()];
      // Some before they are connected, some while their run is looked for, some once they are served.
      for (let turn = 0; turn < round * 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await Promise.all([stream.leave(), waiting.leave()]);
    }
    for (let place = 0; place < OPEN; place += 1) {
      await until(
        'a place',
        () => watch().status,
        (status) => status === 200,
      );
    }
  });
});
