import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PartAnswer } from '../../../src/ports/index.js';
import { readConfig } from '../../../src/config/config.js';
import { ConfigError } from '../../../src/config/errors.js';
import type { WebhookAddress } from '../../../src/destinations/webhook/destination-url.js';
import { createWebhookDestination } from '../../../src/destinations/webhook/webhook-destination.js';
import { PART } from '../../support/sources/directory.js';
import {
  startCanary,
  watchConnections,
  type Canary,
  type ConnectionWatch,
} from '../../support/records/connection-watch.js';
import { HOSTILE_NAMES, hostileUrls, malformedUrls } from '../../support/records/hostile-addresses.js';
import { fakeNameService, type NameService } from '../../support/records/name-service.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
/** Global unicast that was never allocated to anybody. */
const NOBODY = '2d00::1';
const REFUSED = /^address refused: \S+$/;

/** As the worker does it, with the destination that is named by this URL; past the configuration, that is. */
async function send(url: URL, times = 1, change: Partial<WebhookAddress> = {}): Promise<readonly PartAnswer[]> {
  const destination = createWebhookDestination({
    address: { url, secrets: [SECRET], allowPrivate: false, ...change },
    limits: { maxRows: 1, maxBytes: 65_536 },
    ambient: { now: Date.now, random: Math.random },
    version: 'test',
  });
  const answers: PartAnswer[] = [];
  for (let attempt = 1; attempt <= times; attempt += 1) {
    answers.push(await destination.deliver({ ...PART, body: Buffer.from('{}') }, new AbortController().signal));
  }
  await destination.close();
  return answers;
}

const configure = (url: string): unknown =>
  readConfig({ BI_WEBHOOK_URL: url, BI_WEBHOOK_SECRET: SECRET }).destinations();

describe('a hostile webhook address', () => {
  let canary: Canary;
  let watch: ConnectionWatch;
  let names: NameService;
  /** What names that change their answers say next. */
  const changing: string[] = [];
  before(async () => {
    canary = await startCanary();
    watch = watchConnections();
    names = fakeNameService((name) => {
      if (name === 'changing.example') return [changing.shift() ?? '127.0.0.1'];
      if (/(^|\.)localhost\.?$/.test(name)) return ['127.0.0.1'];
      return HOSTILE_NAMES[name];
    });
  });
  after(async () => {
    names.stop();
    watch.stop();
    await canary.stop();
  });

  /** What was attempted meanwhile, and how many connections the canary accepted. */
  async function seenDuring(work: () => Promise<unknown>): Promise<{ attempts: readonly string[]; accepted: number }> {
    const [attempts, accepted] = [watch.attempts().length, canary.accepted()];
    await work();
    const made = watch.attempts().slice(attempts);
    return { attempts: made.map(({ address }) => address), accepted: canary.accepted() - accepted };
  }

  const NOTHING = { attempts: [], accepted: 0 };

  it('would be seen if it were connected to', async () => {
    for (const host of ['127.0.0.1', 'loopback.example']) {
      const seen = await seenDuring(() =>
        send(new URL(`https://${host}:${canary.port}/hook`), 1, { allowPrivate: true }),
      );
      assert.deepEqual(seen, { attempts: ['127.0.0.1'], accepted: 1 });
    }
  });

  it('is refused by the configuration when it is malformed', () => {
    for (const text of malformedUrls(canary.port)) {
      assert.throws(() => configure(text), ConfigError, text);
    }
  });

  it('is refused by the configuration, and by the sender that gets it all the same, in every writing of an address', async (t) => {
    for (const url of hostileUrls(canary.port)) {
      await t.test(JSON.stringify(url), async () => {
        assert.throws(() => configure(url), ConfigError);
        const seen = await seenDuring(async () => {
          const [answer] = await send(new URL(url));
          assert.deepEqual({ ...answer, reason: '' }, { delivered: false, reason: '', permanent: true });
          assert.match(answer?.reason ?? '', REFUSED);
        });
        assert.deepEqual(seen, NOTHING);
      });
    }
  });

  it('is refused by the sender when a name turns out to be one', async (t) => {
    for (const name of Object.keys(HOSTILE_NAMES)) {
      await t.test(`${name} at ${HOSTILE_NAMES[name]?.join(', ')}`, async () => {
        const url = `https://${name}:${canary.port}/hook`;
        configure(url);
        const seen = await seenDuring(async () => {
          const [answer] = await send(new URL(url));
          assert.match(answer?.reason ?? '', REFUSED);
          assert.equal(answer?.permanent, true);
        });
        assert.deepEqual(seen, NOTHING);
      });
    }
  });

  it('is never reached by a name that changes its answer: what is connected to is what was looked up and judged', async () => {
    changing.push(NOBODY, '127.0.0.1');
    names.asked.length = 0;
    const seen = await seenDuring(async () => {
      const url = new URL(`https://changing.example:${canary.port}/hook`);
      const [first, second] = await send(url, 2, { deadlineMs: 300 });
      assert.match(first?.reason ?? '', /^(host unreachable|timeout|connection refused)$/);
      assert.deepEqual([second?.reason, second?.permanent], ['address refused: 127.0.0.1', true]);
    });
    assert.deepEqual(seen, { attempts: [NOBODY], accepted: 0 });
    assert.deepEqual(names.asked, ['changing.example', 'changing.example'], 'one question a connection');
  });

  it('comes in at least sixty writings', () => {
    const urls = [...hostileUrls(4_433), ...malformedUrls(4_433)];
    assert.equal(new Set(urls).size, urls.length);
    assert.ok(hostileUrls(4_433).length >= 60, String(hostileUrls(4_433).length));
  });
});
