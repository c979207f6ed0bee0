import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { resolveLocation } from '../../../src/sources/analytics/location.js';
import { hostileLocations } from '../../support/records/hostile-locations.js';

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

  it('may say http: of the same host, as behind a balancer that ends TLS, and is asked for by https:', () => {
    assert.equal(resolveLocation(`http://${BASE.hostname}${PATH}`, BASE)?.href, `${BASE.origin}${PATH}`);
    assert.equal(resolveLocation(`http://${BASE.hostname}:80${PATH}`, BASE)?.href, `${BASE.origin}${PATH}`);
    assert.equal(resolveLocation(`http://other.nicecxone.com${PATH}`, BASE), undefined);
  });

  describe('seed defect: the Location is concatenated to the host', () => {
    for (const location of hostileLocations(BASE, new URL('https://evil.example:8443'))) {
      it(`refuses ${JSON.stringify(location).slice(0, 100)}`, () => {
        assert.equal(resolveLocation(location, BASE), undefined);
      });
    }
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
