import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isThisMachine, readNoProxy } from '../../../src/network/no-proxy.js';
import { createProxies, parseProxy } from '../../../src/network/proxies.js';

const CASES: readonly (readonly [noProxy: string, url: string, excepted: boolean])[] = [
  ['*', 'https://anything.example', true],
  ['example.com', 'https://example.com', true],
  ['example.com', 'https://api.example.com', true],
  ['example.com', 'https://notexample.com', false],
  ['example.com', 'https://example.com.evil.example', false],
  ['.example.com', 'https://api.example.com', true],
  ['.example.com', 'https://example.com', true],
  ['.example.com', 'https://notexample.com', false],
  ['*.example.com', 'https://api.example.com', true],
  ['EXAMPLE.com', 'https://Example.COM.', true],
  ['example.com:8443', 'https://example.com:8443', true],
  ['example.com:8443', 'https://example.com', false],
  ['example.com:443', 'https://example.com', true],
  ['example.com:80', 'http://example.com', true],
  ['10.1.2.3', 'http://10.1.2.3:9000', true],
  ['10.1.2.3', 'http://10.1.2.30', false],
  ['10.1.2.3:9000', 'http://10.1.2.3', false],
  ['10.0.0.0/8', 'http://10.200.0.1', true],
  ['10.0.0.0/8', 'http://11.0.0.1', false],
  ['10.0.0.0/8:9000', 'http://10.0.0.1:9000', true],
  ['10.0.0.0/99', 'http://10.0.0.1', false],
  ['10.0.0.0/8', 'http://10.example.com', false],
  ['[2001:db8::1]', 'http://[2001:db8::1]:8080', true],
  ['[2001:db8::1]:8080', 'http://[2001:db8::1]:8080', true],
  ['[2001:db8::1]:8080', 'http://[2001:db8::1]', false],
  ['2001:db8::1', 'http://[2001:db8:0:0:0:0:0:1]', true],
  ['2001:db8::/32', 'http://[2001:db8:5::1]', true],
  ['[2001:db8::]/32', 'http://[2001:db8:5::1]', true],
  ['2001:db8::/32', 'http://10.0.0.1', false],
  [' a.example ,, b.example  c.example ', 'https://b.example', true],
  [' a.example ,, b.example  c.example ', 'https://c.example', true],
  ['a.example\tb.example', 'https://b.example', true],
  ['', 'https://b.example', false],
  [' , ', 'https://b.example', false],
  ['.', 'https://b.example', false],
];

describe('NO_PROXY', () => {
  for (const [noProxy, url, excepted] of CASES) {
    it(`"${noProxy}" ${excepted ? 'excepts' : 'does not except'} ${url}`, () => {
      assert.equal(readNoProxy(noProxy)(new URL(url)), excepted);
    });
  }
});

describe('this machine', () => {
  it('is every loopback name and number, and no other', () => {
    for (const host of [
      'localhost',
      'LOCALHOST',
      'api.localhost',
      '127.0.0.1',
      '127.9.9.9',
      '[::1]',
      '::1',
      '0.0.0.0',
      '[::]',
    ])
      assert.equal(isThisMachine(host), true, host);
    assert.equal(isThisMachine('[::ffff:127.0.0.1]'), true);
    for (const host of ['localhost.example', '128.0.0.1', '[::2]', '10.0.0.1'])
      assert.equal(isThisMachine(host), false, host);
  });

  it('is never reached through a proxy', () => {
    const proxy = { ...parseProxy('http://proxy.example:3128'), variable: 'HTTPS_PROXY' };
    const proxies = createProxies({ https: proxy, http: proxy });
    assert.equal(proxies.for(new URL('http://127.0.0.1:7243')), undefined);
    assert.equal(proxies.for(new URL('https://localhost')), undefined);
    assert.equal(proxies.for(new URL('https://acme.example'))?.variable, 'HTTPS_PROXY');
  });
});

describe('the address of a proxy', () => {
  it('may leave its scheme out, and keeps its login apart, as it is meant', () => {
    assert.deepEqual(parseProxy('proxy.example:3128'), { url: new URL('http://proxy.example:3128') });
    const { url, authorization = '' } = parseProxy('http://us%40er:p%2Fss%3A@proxy.example:3128');
    assert.equal(url.href, 'http://proxy.example:3128/');
    assert.equal(Buffer.from(authorization.slice(6), 'base64').toString(), 'us@er:p/ss:');
  });

  it('is refused without a word of it where it cannot be used', () => {
    for (const text of [
      'socks5://hunter2@proxy:1080',
      'http://proxy/hunter2',
      'ftp://hunter2',
      'http://user:hunter2/x@proxy:1',
    ]) {
      assert.throws(
        () => parseProxy(text),
        (error) => error instanceof TypeError && !error.message.includes('hunter2'),
        text,
      );
    }
  });
});
