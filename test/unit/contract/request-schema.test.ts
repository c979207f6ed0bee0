import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDuration } from '../../../src/contract/values/duration.js';
import { parseRequest } from '../../../src/contract/request/request-schema.js';
import { nearestName } from '../../../src/domain/nearest-name.js';

const QUERY = { metric: ['journeyCompletionRate'], dateFrom: '2026-11-01', dateTo: '2026-11-08' };

function problemsOf(input: unknown): string[] {
  const parsed = parseRequest(input);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('a request', () => {
  it('gets the documented defaults', () => {
    const parsed = parseRequest({ query: QUERY });
    assert.deepEqual(parsed.ok && parsed.request, {
      query: {
        ...QUERY,
        reportType: 'journey-execution',
        dimension: [],
        filter: {},
        timeGroupBy: 'day',
        limit: 10_000,
      },
      processing: {},
      poll: { deadline: '6 hours' },
    });
  });

  it('may be the flat body of the seed', () => {
    assert.deepEqual(parseRequest(QUERY), parseRequest({ query: QUERY }));
  });

  const refused: Readonly<Record<string, [unknown, RegExp]>> = {
    'no object': ['journeys', /^: /],
    nothing: [undefined, /^: /],
    'an unknown key': [{ query: QUERY, procesing: {} }, /^: has unknown keys: procesing$/],
    'no metric': [{ query: { ...QUERY, metric: [] } }, /^query\.metric: /],
    'eleven metrics': [
      { query: { ...QUERY, metric: Array.from({ length: 11 }, (_, index) => `metric${index}`) } },
      /^query\.metric: /,
    ],
    'a metric twice': [{ query: { ...QUERY, metric: ['a', 'a'] } }, /^query\.metric: names a metric twice$/],
    'five dimensions': [{ query: { ...QUERY, dimension: ['a', 'b', 'c', 'd', 'e'] } }, /^query\.dimension: /],
    'a dimension that is also a metric': [
      { query: { ...QUERY, metric: ['a', 'b'], dimension: ['c', 'b'] } },
      /^query\.dimension\.1: "b" is one of query\.metric, too: name it in one of the two$/,
    ],
    'a limit of 0': [{ query: { ...QUERY, limit: 0 } }, /^query\.limit: /],
    'a limit of 10,001': [{ query: { ...QUERY, limit: 10_001 } }, /^query\.limit: /],
    'maxRows of 0': [{ query: QUERY, processing: { maxRows: 0 } }, /^processing\.maxRows: /],
    'an outlier metric that is not asked for': [
      { query: QUERY, processing: { outlierMetrics: ['x'] } },
      /^processing\.outlierMetrics\.0: "x" is not one of query\.metric$/,
    ],
    'a weight metric that is not asked for': [
      { query: QUERY, processing: { weightMetric: 'x' } },
      /^processing\.weightMetric: "x" is not one of query\.metric$/,
    ],
    'a weight metric without a rollup': [
      { query: QUERY, processing: { rollup: 'off', weightMetric: 'journeyCompletionRate' } },
      /^processing\.weightMetric: has no effect: rollup is off$/,
    ],
    'one date only': [{ query: { metric: ['a'], dateFrom: '2026-11-01' } }, /^query\.dateTo|^query\.dateFrom/],
    'dates and a relative window': [{ query: QUERY, window: { relative: 'yesterday' } }, /^window: give either/],
    'neither dates nor a window': [{ query: { metric: ['a'] } }, /^query\.dateFrom: give either/],
    'an address as destination': [
      { query: QUERY, destination: 'https://bi.example' },
      /^destination: must be the name/,
    ],
    'an organisation that is no label': [{ query: QUERY, org: 'evil.com/' }, /^org: must be one DNS label/],
    'a deadline of 9 s': [{ query: QUERY, poll: { deadline: '9 s' } }, /^poll\.deadline: must be a duration/],
    'a deadline of 31 days': [{ query: QUERY, poll: { deadline: '31 days' } }, /^poll\.deadline: /],
  };
  for (const [name, [input, problem]] of Object.entries(refused)) {
    it(`with ${name} is refused, by path`, () => {
      const problems = problemsOf(input);
      assert.ok(
        problems.some((text) => problem.test(text)),
        problems.join(' | '),
      );
    });
  }

  it('larger than 8 KiB is refused', () => {
    assert.deepEqual(problemsOf({ query: { ...QUERY, filter: { x: 'é'.repeat(4_100) } } }), [
      ': is larger than 8192 bytes',
    ]);
  });

  it('nested so deeply, or within itself, that nobody could walk through it is refused', () => {
    const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    const circle: Record<string, unknown> = {};
    circle['x'] = circle;
    for (const x of [nested(40), nested(50_000), circle]) {
      assert.deepEqual(problemsOf({ query: { ...QUERY, filter: { x } } }), [': is nested more than 32 levels deep']);
    }
    assert.deepEqual(problemsOf({ query: { ...QUERY, filter: { x: nested(28) } } }), []);
  });

  it('with half of a surrogate pair, as a value or as a key, is refused', () => {
    for (const filter of [{ x: '\ud800' }, { ['\udc00']: 1 }]) {
      assert.deepEqual(problemsOf({ query: { ...QUERY, filter } }), [
        ': contains invalid Unicode: half of a surrogate pair',
      ]);
    }
    assert.deepEqual(problemsOf({ query: { ...QUERY, filter: { x: '\u{1f642}' } } }), []);
  });

  it('lists every problem, not the first', () => {
    assert.ok(problemsOf({ query: { ...QUERY, metric: [], limit: 0 }, org: '-' }).length >= 3);
  });
});

describe('parseDuration', () => {
  it('reads what people write, and nothing else', () => {
    const read = ['90 s', '30 minutes', '6 hours', '1.5h', '1 DAY', '0 s'].map(parseDuration);
    assert.deepEqual(read, [90_000, 1_800_000, 21_600_000, 5_400_000, 86_400_000, 0]);
    for (const text of ['', '5', '-5 s', '5 parsecs', 'soon', '5 s and more', '1e3 s', 'constructor'])
      assert.equal(parseDuration(text), undefined, text);
  });
});

describe('nearestName', () => {
  it('finds what was meant, and offers nothing where nothing is near', () => {
    const known = ['journeyCompletionRate', 'journeyDropOffRate'];
    assert.equal(nearestName('journeyCompletionRat', known), 'journeyCompletionRate');
    assert.equal(nearestName('JOURNEYDROPOFFRATE', known), 'journeyDropOffRate');
    assert.equal(nearestName('weather', known), undefined);
  });
});
