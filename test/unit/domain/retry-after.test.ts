import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseRetryAfter } from '../../../src/domain/retry-after.js';

const NOW = Date.UTC(2026, 10, 9, 12);

describe('Retry-After', () => {
  it('reads whole seconds and clamps them to 1 s..1 h', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), (seconds) => {
        assert.equal(parseRetryAfter(String(seconds), NOW), Math.min(3600, Math.max(1, seconds)) * 1000);
      }),
    );
  });

  it('reads an IMF-fixdate as the time until then, clamped alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), (seconds) => {
        const date = new Date(NOW + seconds * 1000).toUTCString();
        assert.equal(parseRetryAfter(date, NOW), Math.min(3600, Math.max(1, seconds)) * 1000);
      }),
    );
  });

  it('takes nothing else for a wait, whatever Date.parse would make of it', () => {
    const refused = [
      '-5',
      '1.5',
      '',
      ' ',
      '5 ',
      '+5',
      '1e3',
      '0x10',
      'Infinity',
      '1234567890',
      'soon',
      '2026-11-09T12:01:00Z',
    ];
    const dates = [
      'Tue, 09 Nov 2026 12:01:00 GMT', // a Monday
      'Mon, 31 Nov 2026 12:01:00 GMT',
      'Mon, 09 Nov 2026 24:00:00 GMT',
      'Mon, 09 Nov 2026 12:01:00 UTC',
      'Mon, 9 Nov 2026 12:01:00 GMT',
      'Monday, 09-Nov-26 12:01:00 GMT',
      'Mon Nov  9 12:01:00 2026',
      'Invalid Date',
    ];
    for (const value of [...refused, ...dates]) assert.equal(parseRetryAfter(value, NOW), undefined, value);
    assert.equal(parseRetryAfter(undefined, NOW), undefined);
  });

  it('never answers with anything but a wait of 1 s..1 h or nothing', () => {
    const dateLike = fc.stringMatching(/^(Mon|Tue), [0-3]\d (Nov|Feb) \d{4} [0-2]\d:[0-5]\d:[0-6]\d GMT$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), dateLike), fc.nat(), (value, now) => {
        const waitMs = parseRetryAfter(value, now);
        assert.ok(waitMs === undefined || (waitMs >= 1000 && waitMs <= 3_600_000));
      }),
    );
  });
});
