import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { problemIn, requestBytes, underAttack } from '../../support/gateway/gateway-under-attack.js';
import { NASTY_TEXTS } from '../../support/gateway/open-api-requests.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';
import { statusesIn } from '../../support/gateway/raw-http.js';

let stack: Suite;
let product: Product;
before(async () => {
  stack = await startSuite();
  // Runs that are started stay where they are.
  product = await stack.product({ worker: false });
});
after(() => stack.stop());

suite('a body that is not what it should be', () => {
  const malformed = [
    '',
    '{',
    '{"query":',
    'null x',
    "{'a': 1}",
    '{"a": 1,}',
    '\u0000',
    '[1, 2',
    'undefined',
    'NaN',
    '"',
    '🙂',
  ];

  test('is refused with 400 when it is no JSON', (t) =>
    underAttack(t, product, async ({ problemFor, start }) => {
      for (const body of malformed) await problemFor(start(body), 400);
    }));

  test('is refused with 400 and every problem by path when it is of the wrong type', (t) =>
    underAttack(t, product, async ({ problemFor, start }) => {
      for (const value of [null, true, 0, -1e308, '', 'text', [], [[]], {}, [{}]]) {
        await problemFor(start(JSON.stringify(value)), 400);
      }
      const body = { org: 1, query: { metric: 'm', dateFrom: [], dateTo: {}, limit: '5' }, poll: null, extra: true };
      const { problems = [] } = await problemFor(start(JSON.stringify(body)), 400);
      const paths = problems.map(({ path }) => path);
      for (const path of ['org', 'query.metric', 'query.dateFrom', 'query.dateTo', 'query.limit', 'poll', '']) {
        assert.ok(paths.includes(path), `${path} in ${paths.join(', ')}`);
      }
    }));

  test('is refused when it would reach for a prototype, and changes none', (t) =>
    underAttack(t, product, async ({ problemFor, start }) => {
      const { query } = product.request();
      const inside = JSON.stringify(query).slice(1, -1);
      const bodies = [
        `{"__proto__": {"polluted": 1}, ${inside}}`,
        `{"constructor": {"prototype": {"polluted": 1}}, ${inside}}`,
        `{"query": {"__proto__": {"polluted": 1}, ${inside}}}`,
        `{"query": {${inside}, "filter": {"__proto__": {"polluted": 1}}}}`,
        `{"query": {${inside}, "filter": {"\\u005f_proto__": {"polluted": 1}}}}`,
        `{"query": {${inside}, "filter": {"constructor": {"prototype": {"polluted": 1}}}}}`,
      ];
      for (const body of bodies) await problemFor(start(body), 400);
      assert.ok(!('polluted' in {}));
    }));

  test('is refused when a number in it would be rounded, wherever it stands, with the advice to write it as text', (t) =>
    underAttack(t, product, async ({ problemFor, start }) => {
      const { query } = product.request();
      const inside = JSON.stringify(query).slice(1, -1);
      const filter = `"filter": {"accountId": 9007199254740993, "score": [0.1, 0.1000000000000000055]}`;
      const { problems = [] } = await problemFor(start(`{"query": {${inside}, ${filter}}}`), 400);
      assert.deepEqual(
        problems.map(({ path }) => path),
        ['query.filter.accountId', 'query.filter.score.1'],
      );
      for (const { message } of problems) assert.match(message, /write it as text, in quotes/);
      const flat = await problemFor(start(`{${inside}, "limit": 1e400}`), 400);
      assert.deepEqual(
        flat.problems?.map(({ path }) => path),
        ['limit'],
      );
    }));

  test('is refused when it is nested deeper than anybody can read', (t) =>
    underAttack(t, product, async ({ problemFor, start }) => {
      const { query } = product.request();
      const inside = JSON.stringify(query).slice(1, -1);
      const depths = [100, 1_000, 30_000];
      for (const depth of depths) {
        const [array, object] = [
          '['.repeat(depth) + ']'.repeat(depth),
          `${'{"a":'.repeat(depth / 6)}1${'}'.repeat(depth / 6)}`,
        ];
        for (const nested of [array, object]) await problemFor(start(nested), 400);
        await problemFor(start(`{${inside}, "filter": {"x": ${array}}}`), 400);
      }
    }));

  test('is refused with 415 when it is declared as something else', (t) =>
    underAttack(t, product, async ({ problemFor, start }) => {
      const body = JSON.stringify(product.request());
      const types = [
        'text/plain',
        'application/xml',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        'x',
        '/',
        '',
      ];
      for (const type of types) await problemFor(start(body, { 'content-type': type }), 415);
      const untyped = start(body).replace('content-type: application/json\r\n', '');
      await problemFor(untyped, 415);
    }));

  test('is refused with 415 when it is compressed', (t) =>
    underAttack(t, product, async ({ problemFor, start }) => {
      const body = JSON.stringify(product.request());
      for (const encoding of ['gzip', 'identity, br']) {
        const { detail } = await problemFor(start(body, { 'content-encoding': encoding }), 415);
        assert.match(detail, /without Content-Encoding/);
      }
    }));
});

suite('an id that is none', () => {
  test('is a 404 or a 400, comes back harmless, and leads to no file', (t) =>
    underAttack(t, product, async ({ authorization, ask }) => {
      const ids = [
        ...NASTY_TEXTS,
        ...NASTY_TEXTS.map((text) => `journey-${text}`),
        'abc\r\n\r\nHTTP/1.1 200 OK',
        '\u202e\u0000',
      ];
      for (const id of ids) {
        const encoded = encodeURIComponent(id.replaceAll(/\p{Surrogate}/gu, '?'));
        for (const [method, rest] of [
          ['GET', ''],
          ['GET', '/rows'],
          ['GET', '/events'],
          ['POST', '/cancel'],
        ] as const) {
          const answer = await ask(`/runs/${encoded}${rest}`, { method, headers: { authorization } });
          assert.ok([400, 404].includes(answer.status), `${answer.status} for ${encoded}`);
          assert.equal(answer.headers['x-injected'], undefined);
        }
      }
    }));

  test('is refused where it is not even an address', (t) =>
    underAttack(t, product, async ({ authorization, exchange, ask }) => {
      for (const path of [
        '/runs/%',
        '/runs/%zz',
        '/runs/%ff',
        '/runs/%c0%ae',
        '/runs/..%2f..%2f',
        '/runs//',
        '//runs',
        '/runs/%2e%2e/x',
      ]) {
        const answer = await ask(path, { headers: { authorization } });
        assert.ok([400, 404].includes(answer.status), `${answer.status} for ${path}`);
      }
      for (const path of ['/../../etc/passwd', '/runs/../../../etc/passwd', '*', 'runs']) {
        const [status = 0] = statusesIn(
          await exchange(requestBytes(`GET ${path}`, { authorization, connection: 'close' })),
        );
        assert.ok([400, 404].includes(status), `${status} for ${path}`);
      }
    }));

  test('cannot get out of the words of a search', (t) =>
    underAttack(t, product, async ({ authorization, ask }) => {
      for (const org of ["x' OR '1'='1", "x\\' OR 1=1 --", "x') OR (CxoneOrg != 'y", '\\', "'", '%', '"']) {
        const query = new URLSearchParams({ org });
        for (const path of ['/runs', '/audit']) {
          problemIn(await ask(`${path}?${query.toString()}`, { headers: { authorization } }), 400);
        }
      }
    }));
});

suite('a method that a resource does not know', () => {
  test('is answered with 405 and those that it knows', (t) =>
    underAttack(t, product, async ({ authorization, ask, exchange }) => {
      const known = [
        ['/', 'GET, HEAD'],
        ['/runs/x/report', 'GET, HEAD'],
        ['/aggregate', 'POST'],
        ['/runs', 'GET, HEAD'],
        ['/runs/x', 'GET, HEAD'],
        ['/runs/x/events', 'GET'],
        ['/runs/x/rows', 'GET'],
        ['/runs/x/cancel', 'POST'],
        ['/runs/x/poll-now', 'POST'],
        ['/runs/x/redeliver', 'POST'],
        ['/audit', 'GET, HEAD'],
        ['/livez', 'GET, HEAD'],
        ['/readyz', 'GET, HEAD'],
        ['/openapi.json', 'GET, HEAD'],
      ] as const;
      for (const [path, allowed] of known) {
        for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'].filter(
          (name) => !allowed.includes(name),
        )) {
          const answer = await ask(path, { method, headers: { authorization } });
          problemIn(answer, 405);
          assert.equal(answer.headers['allow'], allowed, `${method} ${path}`);
        }
      }
      const absolute = requestBytes('PUT http://gateway/runs?limit=1', { connection: 'close' });
      assert.deepEqual(statusesIn(await exchange(absolute)), [405]);
    }));
});
