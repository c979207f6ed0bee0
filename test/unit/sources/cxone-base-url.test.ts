import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultBaseUrl, parseBaseUrl } from '../../../src/sources/http/base-url.js';

describe('the base URL of a source', () => {
  it('is an https origin, or http on loopback', () => {
    const accepted = [
      'https://api.example',
      'https://api.example:8443/',
      'http://127.0.0.1:9000',
      'http://localhost:9000',
      'http://[::1]:9000',
    ];
    for (const text of accepted) assert.equal(parseBaseUrl(text).href, new URL(text).href);
  });

  it('is refused with a sentence that does not repeat it', () => {
    const refused = [
      'http://api.example',
      'http://127.evil.example',
      'http://localhost.evil.example',
      'http://10.0.0.1',
      'ftp://api.example',
      'api.example',
      '',
      'https://user:canary@api.example',
      'https://canary@api.example',
      'https://api.example/canary',
      'https://api.example/?canary',
      'https://api.example/#canary',
      'https://api.example?',
    ];
    for (const text of refused) {
      assert.throws(
        () => parseBaseUrl(text),
        (error) =>
          error instanceof TypeError && /^The base URL .*\.$/.test(error.message) && !error.message.includes('canary'),
        text,
      );
    }
  });

  it('is by default a host named after the organisation, which must be one DNS label', () => {
    assert.equal(defaultBaseUrl('acme-1').href, 'https://acme-1.cloud.nicecxone.com/');
    const refused = [
      '',
      'evil.example/#',
      'x@evil.example/',
      'evil.example?',
      'a.b',
      'Acme',
      '-a',
      'a-',
      'a'.repeat(64),
      'a\n',
    ];
    for (const org of refused) assert.throws(() => defaultBaseUrl(org), /one DNS label/, JSON.stringify(org));
  });
});
