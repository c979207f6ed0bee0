import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLogger, createScrubber } from '../../../src/observability/log.js';

const SECRET = 'a"b\\c&d=e+f%g';

describe('the scrubber', () => {
  it('takes a secret out in every shape in which it travels', () => {
    const { scrub } = createScrubber([SECRET]);
    for (const shape of [
      SECRET,
      JSON.stringify(SECRET).slice(1, -1),
      encodeURIComponent(SECRET),
      new URLSearchParams({ s: SECRET }).toString().slice(2),
    ]) {
      assert.equal(scrub(`before ${shape} after`), 'before [redacted] after');
    }
  });

  it('takes out what looks like a secret although nobody told it', () => {
    const { scrub } = createScrubber();
    assert.equal(scrub('Authorization: Bearer eyJhbGciOi.abc-def'), 'Authorization: Bearer [redacted]');
    assert.equal(scrub('key whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw!'), 'key [redacted]!');
    const key = `jm_nightly-2_${'aB-_'.repeat(10)}xyz`;
    assert.equal(scrub(`the key ${key} is not valid`), 'the key jm_nightly-2_[redacted] is not valid');
    assert.equal(scrub('postgres://journey:hunter22@db:5432/x'), 'postgres://journey:[redacted]@db:5432/x');
  });

  it('leaves ordinary sentences alone, and learns while it runs', () => {
    const { scrub, learn } = createScrubber(['short']);
    assert.equal(scrub('a short sentence'), 'a short sentence');
    learn('token-of-today');
    assert.equal(scrub('token-of-today'), '[redacted]');
  });
});

describe('the log', () => {
  it('has every line scrubbed as it leaves: deep fields and messages alike', () => {
    let written = '';
    const log = createLogger({
      level: 'info',
      scrub: createScrubber([SECRET]).scrub,
      write: (line) => (written += line),
    });
    log.info({ a: { b: { c: { token: SECRET } } } }, `it said ${SECRET}`);
    const line = JSON.parse(written) as { a: unknown; msg: string };
    assert.equal(JSON.stringify(line.a), '{"b":{"c":{"token":"[redacted]"}}}');
    assert.equal(line.msg, 'it said [redacted]');
  });
});
