import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createAnalyticsSource } from '../../../src/sources/analytics/source.js';
import { isTokenRequest, LOCATION, never, ORG, page, QUERY, ROW_KEYS } from '../../support/sources/cxone-api.js';
import { startCanary, watchConnections } from '../../support/records/connection-watch.js';
import { CATALOGUE } from '../../support/sources/directory.js';
import { failsWith } from '../../support/sources/cxone-failure.js';
import { hostileLocations } from '../../support/records/hostile-locations.js';
import { listen, type Loopback } from '../../support/gateway/loopback.js';
import { fakeNameService } from '../../support/records/name-service.js';

const TOKEN = 'canary-bearer-token';

interface Rig {
  readonly api: Loopback;
  readonly source: ReturnType<typeof createAnalyticsSource>;
  /** The source as configuration names it: by a name, so that its numbers are other origins. */
  readonly base: URL;
  readonly attacker: URL;
  /** What the next submission is answered with, as it goes over the wire. */
  answer(location: string): void;
  /** Attempts to connect to anybody but the source, and what the attacker accepted. */
  astray(): unknown;
}

/** A source whose `Location` is the attacker's, who listens wherever a name or a number of this machine leads. */
async function rig(t: TestContext): Promise<Rig> {
  let next = '';
  const api = await listen(t, (request) => {
    if (isTokenRequest(request)) return { status: 200, body: { access_token: TOKEN, expires_in: 3_600 } };
    if (request.method === 'GET') return { status: 200, body: page() };
    // By hand: Node would refuse to send some of them.
    return ({ socket }) => socket?.end(`HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nlocation: ${next}\r\n\r\n`);
  });
  const canary = await startCanary();
  const watch = watchConnections();
  const names = fakeNameService(() => ['127.0.0.1']);
  const base = new URL(`http://localhost:${api.url.port}`);
  const source = createAnalyticsSource({
    org: ORG,
    access: { baseUrl: base, clientId: 'client', clientSecret: 'secret' },
    catalogue: CATALOGUE,
    ambient: { now: Date.now, random: Math.random },
    // Answers that are no HTTP follow one another here.
    circuit: { consecutive503: 1_000 },
  });
  t.after(async () => {
    await source.close();
    names.stop();
    watch.stop();
    await canary.stop();
  });
  return {
    api,
    source,
    base,
    attacker: new URL(`http://127.0.0.1:${canary.port}`),
    answer: (location) => (next = location),
    astray: () => ({
      attempts: watch.attempts().filter(({ port }) => port !== Number(base.port)),
      accepted: canary.accepted(),
    }),
  };
}

const submit = ({ source }: Rig): ReturnType<Rig['source']['submit']> =>
  source.submit({ query: QUERY, idempotencyKey: 'key-1' }, never());

const poll = ({ source }: Rig, location: string): ReturnType<Rig['source']['read']> =>
  source.read({ ticket: location, cursor: null, keys: ROW_KEYS }, never());

/** Who got the token, as `METHOD /path`. */
const trusted = ({ api }: Rig): string[] =>
  api.received.filter(({ headers }) => headers.authorization).map(({ method, path }) => `${method} ${path}`);

const NOTHING = { attempts: [], accepted: 0 };

test('a Location of the source itself is followed, with the token', async (t) => {
  const source = await rig(t);
  for (const location of [LOCATION, source.base.origin + LOCATION, `HTTP://LocalHost:${source.base.port}${LOCATION}`]) {
    source.answer(location);
    assert.deepEqual(await submit(source), { state: 'accepted', ticket: LOCATION, queryId: null });
    assert.equal((await poll(source, location)).state, 'page');
  }
  assert.ok(trusted(source).includes(`GET ${LOCATION}`));
  assert.deepEqual(source.astray(), NOTHING);
});

test('an attacker would be seen if he were connected to', async (t) => {
  const watched = await rig(t);
  const { attacker, base } = watched;
  const access = { baseUrl: attacker, clientId: 'client', clientSecret: 'secret' };
  const ambient = { now: Date.now, random: Math.random };
  const source = createAnalyticsSource({ org: ORG, access, catalogue: CATALOGUE, ambient });
  await assert.rejects(source.token(never()));
  await source.close();
  assert.notEqual(attacker.port, base.port);
  assert.deepEqual(watched.astray(), {
    attempts: [{ address: '127.0.0.1', port: Number(attacker.port) }],
    accepted: 1,
  });
});

test('a hostile Location is refused and never contacted, at a submission or at a poll', async (t) => {
  const source = await rig(t);
  const locations = hostileLocations(source.base, source.attacker);
  assert.ok(locations.length >= 30, String(locations.length));
  assert.equal(new Set(locations).size, locations.length);
  for (const location of locations) {
    await t.test(JSON.stringify(location).slice(0, 100), async () => {
      source.answer(location);
      // What is no header at all is no answer at all; two headers are two Locations.
      const isHeader = /^(?:[^\p{Cc}]|\t|\r\n(?=\w+:))*$/u.test(location);
      const type = isHeader ? 'InvalidLocation' : 'UpstreamUnavailable';
      const refusals = [
        await failsWith(submit(source), type),
        await failsWith(poll(source, location), 'InvalidLocation', /was not contacted/),
      ];
      assert.equal(refusals[0]?.details.effect, 'unknown', 'a query may run upstream');
      for (const { message, details, stack } of refusals) {
        assert.doesNotMatch(JSON.stringify({ message, details, stack }), new RegExp(`${TOKEN}|evil`));
      }
    });
  }
  assert.deepEqual(source.astray(), NOTHING);
  const submissions = locations.map(() => 'POST /api/v2/reporting/analytics');
  assert.deepEqual(trusted(source), submissions, 'the token went nowhere else');
});
