import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { describe, it } from 'node:test';
import { Agent, buildConnector, request } from 'undici';
import {
  AddressRefused,
  isPublicAddress,
  publicOnlyConnector,
  publicOnlyLookup,
  type Resolve,
} from '../../../src/destinations/webhook/address-guard.js';
import { parseDestinationUrl } from '../../../src/destinations/webhook/destination-url.js';
import { PRIVATE_ADDRESSES } from '../../support/records/hostile-addresses.js';
import { listen } from '../../support/gateway/loopback.js';

const PUBLIC = ['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '64:ff9b::101:101'];

/** That carry another address: NAT64 of private ones, NAT64 of a network's own, 6to4, Teredo, SIIT, IPv4-compatible. */
const CARRYING = [
  ...['10.0.0.1', '127.0.0.1', '169.254.169.254', '192.168.1.1', '0.0.0.0', '168.63.129.16'].map(
    (v4) => `64:ff9b::${v4}`,
  ),
  ...['64:ff9b:0:0:0:1::', '64:ff9b:1::808:808', '64:ff9b:1:abcd::8.8.8.8', '2002:808:808::1', '2001:0:808:808::1'],
  ...['::ffff:0:8.8.8.8', '::8.8.8.8', '::ffff:10.0.0.1'],
];

const NOT_PUBLIC = [
  ...PRIVATE_ADDRESSES,
  ...CARRYING,
  'fe80::1%eth0',
  '2606:4700:4700::1111%lo',
  '',
  'example.com',
  '8.8.8.8.8',
];

const answering =
  (...addresses: string[]): Resolve =>
  (_hostname, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };

function lookedUp(resolve: Resolve, all: boolean): Promise<LookupAddress[] | string> {
  return new Promise((settle, fail) => {
    publicOnlyLookup(resolve)('name.example', { all }, (error, found) => {
      if (error) fail(error);
      else settle(found);
    });
  });
}

describe('an address', () => {
  it('is public when it is unicast that is routed', () => {
    for (const address of PUBLIC) assert.equal(isPublicAddress(address), true, address);
    for (const address of NOT_PUBLIC) assert.equal(isPublicAddress(address), false, address);
  });
});

describe('the lookup of a guarded connection', () => {
  it('hands on public addresses, in the form that was asked for', async () => {
    assert.equal(await lookedUp(answering('8.8.8.8', '1.1.1.1'), false), '8.8.8.8');
    assert.deepEqual(await lookedUp(answering('8.8.8.8', '2606:4700:4700::1111'), true), [
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700:4700::1111', family: 6 },
    ]);
  });

  it('hands on none when a single one of them is not public', async () => {
    for (const all of [true, false]) {
      await assert.rejects(lookedUp(answering('8.8.8.8', '10.0.0.1'), all), /address refused: 10\.0\.0\.1/);
      await assert.rejects(lookedUp(answering('::ffff:127.0.0.1', '8.8.8.8'), all), AddressRefused);
    }
  });

  it('hands on the error of a name that does not resolve', async () => {
    const failing: Resolve = (_hostname, callback) => {
      callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
    };
    await assert.rejects(lookedUp(failing, true), { code: 'ENOTFOUND' });
  });
});

describe('a guarded connection', () => {
  const connectPlainly = (): buildConnector.connector => buildConnector({});

  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '[::ffff:127.0.0.1]', 'localhost']) {
    it(`opens none to ${host}`, async (t) => {
      const server = await listen(t, () => ({ status: 204 }));
      const dispatcher = new Agent({ connect: publicOnlyConnector() });
      t.after(() => dispatcher.destroy());
      const url = `http://${host}:${server.url.port}`;
      await assert.rejects(request(url, { dispatcher }), AddressRefused);
      assert.equal(server.connections(), 0);
    });
  }

  it('opens none to a name of which one address is private', async (t) => {
    const server = await listen(t, () => ({ status: 204 }));
    const dispatcher = new Agent({ connect: publicOnlyConnector(answering('8.8.8.8', '127.0.0.1')) });
    t.after(() => dispatcher.destroy());
    await assert.rejects(request(`http://rebind.example:${server.url.port}`, { dispatcher }), AddressRefused);
    assert.equal(server.connections(), 0);
  });

  it('is dropped before a byte is sent when it ended up with another peer than the one looked up', async (t) => {
    const server = await listen(t, () => ({ status: 204 }));
    const astray = (): buildConnector.connector => (options, callback) => {
      connectPlainly()({ ...options, hostname: '127.0.0.1' }, callback);
    };
    const dispatcher = new Agent({ connect: publicOnlyConnector(answering('8.8.8.8'), astray) });
    t.after(() => dispatcher.destroy());
    await assert.rejects(
      request(`http://name.example:${server.url.port}`, { dispatcher }),
      /address refused: 127\.0\.0\.1/,
    );
    assert.equal(server.received.length, 0);
  });
});

describe('the URL of a destination', () => {
  it('is https to a name or a public address', () => {
    for (const text of ['https://bi.example/hook?key=1', 'https://8.8.8.8', 'https://[2606:4700:4700::1111]:8443/']) {
      assert.equal(parseDestinationUrl(text, false).href, new URL(text).href);
    }
  });

  it('may be plain http and private when the destination is marked so', () => {
    for (const text of ['http://127.0.0.1:9000/hook', 'https://10.0.0.1', 'http://bi.internal', 'http://localhost:1']) {
      assert.equal(parseDestinationUrl(text, true).href, new URL(text).href);
    }
  });

  it('is otherwise refused with a sentence that does not repeat it', () => {
    const never = [
      '',
      'bi.example',
      'ftp://bi.example/canary',
      'https://canary@bi.example',
      'https://a:canary@bi.example',
      'https://bi.example/#canary',
    ];
    const notPublic = [
      'http://bi.example/canary',
      'https://localhost/canary',
      'https://a.localhost./canary',
      'https://127.0.0.1/canary',
      'https://2130706433/canary',
      'https://0x7f.1/canary',
      'https://[::1]/canary',
      'https://[::ffff:10.0.0.1]/canary',
      'https://169.254.169.254/canary',
    ];
    const cases = [
      ...never.map((text) => [text, true] as const),
      ...[...never, ...notPublic].map((text) => [text, false] as const),
    ];
    for (const [text, allowPrivate] of cases) {
      assert.throws(
        () => parseDestinationUrl(text, allowPrivate),
        (error) =>
          error instanceof TypeError &&
          /^The webhook URL .*\.$/.test(error.message) &&
          !error.message.includes('canary'),
        text,
      );
    }
  });
});
