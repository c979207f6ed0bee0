import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { createLogger, createScrubber } from '../../../src/observability/log.js';

const SECRET = 'correct horse battery';

function logged(...given: readonly [unknown, string?]): Record<string, unknown> {
  let written = '';
  const { scrub } = createScrubber([SECRET]);
  const log = createLogger({ level: 'info', scrub, write: (line) => (written += line) });
  const [fields, message] = given;
  log.error(fields, message);
  return JSON.parse(written) as Record<string, unknown>;
}

type Plain = Readonly<Record<string, unknown>>;
const plain = (value: unknown): Plain => value as Plain;

describe('an error in the log', () => {
  it('keeps its reason under every name, and deep in what the SDK hands on', () => {
    const error = new TypeError('the reason');
    for (const name of ['error', 'err', 'reason', 'cause']) {
      assert.equal(plain(logged({ [name]: error }, 'failed')[name])['message'], 'the reason', name);
    }
    assert.equal(plain(plain(logged({ meta: { error } })['meta'])['error'])['type'], 'TypeError');
    assert.equal(plain(logged(error)['err'])['message'], 'the reason');
  });

  it('keeps its causes, those of an aggregate, its code and the details of gRPC', () => {
    const refused = Object.assign(new Error('7 PERMISSION_DENIED'), {
      code: 7,
      details: 'no right',
      metadata: { k: 1 },
    });
    const error = new Error('outer', { cause: new AggregateError([refused, 'a text'], 'all failed') });
    const cause = plain(plain(logged({ error })['error'])['cause']);
    assert.equal(cause['message'], 'all failed');
    const [first, second] = cause['errors'] as readonly unknown[];
    const { stack: _, ...rest } = plain(first);
    assert.deepEqual(rest, { type: 'Error', message: '7 PERMISSION_DENIED', code: 7, details: 'no right' });
    assert.equal(second, 'a text');
  });

  it('is read where it is no Error of ours: of a sandbox, a text, nothing', () => {
    const foreign: unknown = runInNewContext("new RangeError('of a sandbox')");
    assert.equal(plain(logged({ error: foreign })['error'])['message'], 'of a sandbox');
    assert.equal(logged({ error: 'a text' })['error'], 'a text');
    assert.equal(logged({ error: null })['error'], null);
  });

  it('that is its own cause ends, and no secret of it is written', () => {
    const error = new Error(`it said ${SECRET}`);
    error.cause = error;
    const line = JSON.stringify(logged({ error }));
    assert.ok(!line.includes(SECRET));
    assert.match(line, /it said \[redacted\]/);
  });
});
