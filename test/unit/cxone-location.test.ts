import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { resolveLocation } from '../../src/cxone/location.js';

const BASE = new URL('https://acme.cloud.nicecxone.com');
const PATH = '/api/v2/reporting/analytics/q-1';

describe('a Location', () => {
  it('may be an absolute path or an absolute URL of the same origin', () => {
    for (const location of [PATH, `${BASE.origin}${PATH}`, `HTTPS://ACME.cloud.nicecxone.com:443${PATH}`]) {
      assert.equal(resolveLocation(location, BASE)?.href, `${BASE.origin}${PATH}`);
    }
    assert.equal(resolveLocation(`${PATH}?view=full&x=%20`, BASE)?.search, '?view=full&x=%20');
    assert.equal(resolveLocation('/api/v2/reporting/q%20%3A1', BASE)?.pathname, '/api/v2/reporting/q%20%3A1');
  });

  describe('seed defect: the Location is concatenated to the host', () => {
    const elsewhere = [
      `.evil.example${PATH}`,
      `@evil.com${PATH}`,
      `:443@evil.com${PATH}`,
      `https://evil.example${PATH}`,
      `https://acme.cloud.nicecxone.com.evil.example${PATH}`,
      `https://acme.cloud.nicecxone.com@evil.example${PATH}`,
      `http://acme.cloud.nicecxone.com${PATH}`,
      `https://acme.cloud.nicecxone.com:8443${PATH}`,
      `//evil.example${PATH}`,
      `//acme.cloud.nicecxone.com${PATH}`,
      `\\\\evil.example${PATH}`,
      `/\\evil.example${PATH}`,
      `\t//evil.example${PATH}`,
      `/\t/evil.example${PATH}`,
      `https:/\\evil.example${PATH}`,
      `https:${PATH}`,
    ];
    for (const location of elsewhere) {
      it(`refuses ${JSON.stringify(location)}`, () => {
        assert.equal(resolveLocation(location, BASE), undefined);
      });
    }
  });

  it('is refused outside the results, however the way there is written', () => {
    const outside = [
      '',
      '/',
      'analytics/q-1',
      '/api/v2/reporting',
      '/api/v2/reporting/',
      '/api/v2/reporting/../oauth/token',
      '/api/v2/reporting/%2e%2e/oauth/token',
      '/api/v2/reporting/.%2E/oauth/token',
      '/api/v2/reporting/..%2foauth/token',
      '/api/v2/reporting/%252e%252e/oauth',
      '/api/v2/reporting/..;/oauth/token',
      '/api/v2/reporting/x%5c..%5coauth',
      '/api/v2/reporting/x\\..\\..\\oauth',
      '/api/v2/reporting/q%00',
      '/api/v2/reporting/q%ff',
      '/api/v2/reporting/q 1',
      '/api/v2/reporting/q\u00e9',
      '/api/v2/reporting/q#fragment',
      '/api/v2/reporting/q#',
      '/API/v2/reporting/q',
      `https://user@acme.cloud.nicecxone.com${PATH}`,
      `https://user:pw@acme.cloud.nicecxone.com${PATH}`,
      `${PATH}?${'x'.repeat(2048)}`,
      `javascript:${PATH}`,
    ];
    for (const location of outside) assert.equal(resolveLocation(location, BASE), undefined, JSON.stringify(location));
  });

  it('never leaves the origin or the results, whatever it is made of', () => {
    const pieces = [
      '/',
      '\\',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      '@',
      ':',
      '?',
      '#',
      ';',
      '\t',
      'evil.example',
      'https:',
      'api/v2/reporting/',
    ];
    const hostile = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 12 });
    fc.assert(
      fc.property(hostile, fc.constantFrom('', PATH, BASE.origin), (parts, prefix) => {
        const url = resolveLocation(prefix + parts.join(''), BASE);
        if (url === undefined) return;
        assert.equal(url.origin, BASE.origin);
        assert.ok(url.pathname.startsWith('/api/v2/reporting/'));
        assert.equal(url.username + url.password, '');
        const stored = resolveLocation(url.pathname + url.search, BASE);
        assert.equal(
          `${stored?.pathname}${stored?.search}`,
          url.pathname + url.search,
          'what is stored resolves again',
        );
      }),
    );
  });
});
