import assert from 'node:assert/strict';
import { after, before, suite, test, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { AggregateRequest } from '../../../src/contract/request/request.js';
import { startKeyedGateway, type HttpAnswer, type KeyedGateway } from '../../support/gateway/keyed-gateway.js';
import { readOpenApi, type OpenApi, type Operation } from '../../support/gateway/open-api.js';
import { requestsOf, type AnyRequest, type Known } from '../../support/gateway/open-api-requests.js';
import { startSuite, type Product, type Suite } from '../../support/product.js';

/** To each operation that takes anything, and to each of the others. */
const REQUESTS = { varied: 240, plain: 20 };
/** The same requests in every test run; another seed makes others. */
const SEED = Number(process.env['CONTRACT_SEED'] ?? 7);

/** Two organisations of one database and one dataset store, and their runs. */
interface Organisations {
  readonly us: Product;
  readonly otherOrg: string;
  readonly ourRuns: readonly string[];
  /** Ids of deliveries: ours, theirs. */
  readonly deliveries: readonly string[];
  /** Of both, as the ids of deliveries. */
  readonly series: readonly string[];
  /** A day of our window. */
  readonly day: string;
  readonly theirRuns: readonly string[];
}

/** A gateway that could show the runs of both. */
interface World {
  readonly gateway: KeyedGateway;
  readonly openApi: OpenApi;
  /** Key of our organisation, with every scope. */
  readonly ours: string;
  /** Key of every organisation. */
  readonly everybodys: string;
}

let stack: Suite;
let both: Organisations;

before(async () => {
  stack = await startSuite();
  const rows = { simulator: { cxone: { data: { rows: 60 } } } };
  const us = await stack.product(rows);
  const { DATABASE_URL, DATASET_URL } = us.env;
  const them = await stack.product({ ...rows, env: { DATABASE_URL, DATASET_URL } });
  const otherOrg = them.env['CXONE_ORG_ID'] ?? '';
  const [ours, others] = [await ended(us, us.request()), await ended(them, them.request())];
  const [ourEnd, theirEnd] = await Promise.all([us.client.run(ours).result(), them.client.run(others).result()]);
  both = {
    us,
    otherOrg,
    deliveries: [ourEnd.delivery.deliveryId, theirEnd.delivery.deliveryId],
    series: [ourEnd.series, theirEnd.series],
    day: ourEnd.window.from.slice(0, 10),
    ourRuns: [ours, await ended(us, unknownMetric(us)), ...(await waiting(us, 5))],
    // Also one on our own task queue: what lists see.
    theirRuns: [
      others,
      await ended(us, us.request({ org: otherOrg, query: { ...us.request().query, filter: { channel: 'other' } } })),
      ...(await waiting(them, 1)),
    ],
  };
});
after(() => stack.stop());

async function theWorld(t: TestContext): Promise<World> {
  const gateway = await startKeyedGateway(t, both.us, { limits: { requestsPerKey: 1_000_000 } });
  const document: unknown = JSON.parse((await gateway.ask('/openapi.json')).text);
  const ours = await gateway.newKey('ours', { orgs: [both.us.env['CXONE_ORG_ID'] ?? ''] });
  return { gateway, openApi: readOpenApi(document), ours, everybodys: await gateway.newKey('everybodys') };
}

/** Id of a run that has ended, however. */
async function ended({ client }: Product, request: AggregateRequest): Promise<string> {
  const run = await client.start(request);
  await run.result().catch(() => undefined);
  return run.workflowId;
}

/** A run that fails. */
function unknownMetric(product: Product): AggregateRequest {
  const { query } = product.request();
  return product.request({ query: { ...query, metric: ['noSuchMetric'] } });
}

/** Ids of runs that wait for late data. Another filter is another run. */
function waiting(product: Product, count: number): Promise<readonly string[]> {
  const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const start = async (number: number): Promise<string> => {
    const query = { ...product.request().query, dateFrom: day(0), dateTo: day(1), filter: { channel: `c${number}` } };
    return (await product.client.start(product.request({ query, window: { settle: '30 days' } }))).workflowId;
  };
  return Promise.all(Array.from({ length: count }, (_, number) => start(number)));
}

/** What is wrong with an answer, in a sentence; undefined when nothing is. */
function wrongWith(openApi: OpenApi, operation: Operation, answer: HttpAnswer): string | undefined {
  const { status, headers, text } = answer;
  const contentType = headers['content-type'] === undefined ? undefined : String(headers['content-type']);
  const undocumented = openApi.undocumented(operation, { status, contentType, text });
  if (undocumented !== undefined) return undocumented;
  // A run that fails is no failure of the gateway; it says so, and why.
  if (status >= 500 && !(status === 502 && text.includes('"failure"'))) return `${status}: ${text}`;
  if (status < 300 && text.includes(both.otherOrg)) return `it shows another organisation: ${text}`;
  return undefined;
}

function cancels({ path }: Operation): boolean {
  return path.endsWith('/cancel');
}

function knownValues({ us, otherOrg, ourRuns, theirRuns, deliveries, series, day }: Organisations): Known {
  return {
    workflowId: [...ourRuns, ...theirRuns, 'absent'],
    deliveryId: [...deliveries, '0'.repeat(32)],
    series: [...series, 'none'],
    date: [day, '2026-02-30'],
    org: [us.env['CXONE_ORG_ID'] ?? '', otherOrg],
    limit: ['1', '2', '1000', '1001', '0'],
    before: ['1', '2', '9007199254740991', '9007199254740992'],
    since: ['2026-11-01T00:00:00Z', '2026-11-01', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999+14:00'],
    prefer: ['wait=0', 'wait=1', 'wait=-1', 'wait=99999999999999999999', 'respond-async, wait="1"', 'return=minimal'],
    'idempotency-key': ['one', 'two', 'x'.repeat(256)],
    'last-event-id': ['end', 'other'],
  };
}

suite('the gateway', () => {
  test('answers thousands of requests as its OpenAPI document says, never with a mistake of its own', async (t) => {
    const { gateway, openApi, ours } = await theWorld(t);
    const { operations } = openApi;
    const { us } = both;
    const bodies = {
      aggregate: [us.request(), us.request().query, unknownMetric(us)],
      redeliver: [{}, null, { all: true }, { revision: 1 }],
    };
    const send = ({ method, target, headers, body }: AnyRequest): Promise<HttpAnswer> =>
      gateway.ask(target, {
        method,
        headers: { ...headers, authorization: ours },
        ...(body !== undefined && { json: body }),
      });
    const statuses = new Map<string, number>();
    // What is cancelled can be asked for little else.
    const cancelLast = operations.toSorted((one, two) => Number(cancels(one)) - Number(cancels(two)));
    for (const [index, operation] of cancelLast.entries()) {
      const { method, path, parameters, body } = operation;
      const name = `${method} ${path}`;
      const examples = path === '/aggregate' ? bodies.aggregate : bodies.redeliver;
      const property = fc.asyncProperty(requestsOf(operation, knownValues(both), examples), async (request) => {
        const answer = await send(request);
        const counted = `${name} ${answer.status}`;
        statuses.set(counted, (statuses.get(counted) ?? 0) + 1);
        const wrong = wrongWith(openApi, operation, answer);
        assert.equal(wrong, undefined, `${name}: ${wrong ?? ''}`);
      });
      const numRuns = parameters.length > 0 || body !== undefined ? REQUESTS.varied : REQUESTS.plain;
      await fc.assert(property, { numRuns, seed: SEED + index });
    }
    for (const [counted, count] of statuses) t.diagnostic(`${counted}: ${count}`);
    const sent = [...statuses.values()].reduce((sum, count) => sum + count, 0);
    assert.ok(sent >= 2_000, String(sent));
    // Requests that are all refused at the door would say little.
    for (const { method, path } of operations) {
      const found = [...statuses.keys()].filter((counted) => counted.startsWith(`${method} ${path} `));
      assert.ok(
        found.some((counted) => / 20\d$/.test(counted)),
        `${method} ${path} was never answered`,
      );
    }
  });

  test('answers a method that the document does not have with 405, and those that it has', async (t) => {
    const { gateway, openApi } = await theWorld(t);
    const { operations } = openApi;
    for (const path of new Set(operations.map((operation) => operation.path))) {
      const known = operations.filter((operation) => operation.path === path).map(({ method }) => method);
      const target = path.replaceAll(/\{[^}]+\}/g, 'x');
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((name) => !known.includes(name))) {
        const { status, headers } = await gateway.ask(target, { method });
        // HEAD goes without saying where there is GET.
        const allowed = String(headers['allow']).split(', ');
        const said = allowed.filter((name) => name !== 'HEAD').sort();
        assert.deepEqual([status, said], [405, known.sort()], `${method} ${path}`);
      }
    }
  });
});

suite('a key of one organisation', () => {
  /** What differs between two problems about two ids. */
  const withoutIds = (text: string, id: string): string =>
    text.replaceAll(id, 'ID').replaceAll(/urn:uuid:[\da-f-]{36}/g, 'UUID');

  test('sees another organisation’s run as one that there is not, whatever it asks of it', async (t) => {
    const { gateway, openApi, ours, everybodys } = await theWorld(t);
    const ofRuns = openApi.operations.filter(({ path }) => path.includes('{workflowId}'));
    assert.ok(ofRuns.length >= 6);
    for (const { method, path } of ofRuns) {
      const ask = (id: string, authorization: string): Promise<HttpAnswer> =>
        gateway.ask(path.replace('{workflowId}', id), { method, headers: { authorization } });
      const absent = withoutIds((await ask('absent', ours)).text, 'absent');
      for (const id of both.theirRuns) {
        const { status, text } = await ask(id, ours);
        assert.deepEqual([status, withoutIds(text, id)], [404, absent], `${method} ${path}`);
        assert.notEqual((await ask(id, everybodys)).status, 404, `${method} ${path} with a key that may`);
      }
    }
  });

  test('finds nothing of another organisation in lists, also when it asks for it', async (t) => {
    const { gateway, ours, everybodys } = await theWorld(t);
    const { otherOrg, ourRuns } = both;
    for (const path of ['/runs', '/audit']) {
      const listed = async (authorization: string, query = ''): Promise<string> =>
        (await gateway.ask(`${path}?limit=1000${query}`, { headers: { authorization } })).text;
      const mine = await listed(ours);
      assert.ok(mine.includes(ourRuns[0] ?? '?') && !mine.includes(otherOrg), path);
      assert.ok((await listed(everybodys)).includes(otherOrg), path);
      assert.ok(!(await listed(ours, `&org=${otherOrg}`)).includes('workflowId'), path);
      assert.ok((await listed(everybodys, `&org=${otherOrg}`)).includes('workflowId'), path);
    }
  });

  test('starts nothing for another organisation', async (t) => {
    const { gateway, ours } = await theWorld(t);
    const { us, otherOrg } = both;
    for (const change of [{ org: otherOrg }, { org: 'never-heard-of' }]) {
      const json = us.request(change);
      const { status } = await gateway.ask('/aggregate', {
        method: 'POST',
        headers: { authorization: ours },
        json,
      });
      assert.equal(status, 403);
    }
  });
});
