import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { parseBackfillRequest } from '../../../src/contract/request/backfill-schema.js';
import { parseDuration } from '../../../src/contract/values/duration.js';
import { parseRequest, type Parsed } from '../../../src/contract/request/request-schema.js';
import { compiled, readSchema } from '../../support/gateway/published-schemas.js';

const QUERY = { metric: ['journeyStarted'] };
const DAY = { dateFrom: '2026-11-01', dateTo: '2026-11-02' };
const RANGE = { from: '2026-11-01', to: '2026-11-08' };
const YESTERDAY = { window: { relative: 'yesterday' } };

/** What both the schema and the product refuse. */
const REFUSED: readonly (readonly [name: 'aggregate-request.json' | 'backfill-request.json', request: object])[] = [
  ['aggregate-request.json', {}],
  ['aggregate-request.json', { query: QUERY }],
  ['aggregate-request.json', { query: { ...QUERY, ...DAY }, ...YESTERDAY }],
  ['aggregate-request.json', { query: { ...QUERY, dateFrom: '2026-11-01' }, ...YESTERDAY }],
  ['aggregate-request.json', { query: { ...QUERY, dateTo: '2026-11-02' } }],
  ['aggregate-request.json', { query: { ...QUERY, ...DAY }, extra: 1 }],
  ['aggregate-request.json', { query: { ...QUERY, ...DAY, metric: ['a', 'a'] } }],
  ['aggregate-request.json', { query: { ...QUERY, ...DAY, metric: [] } }],
  ['aggregate-request.json', { query: { ...QUERY, ...DAY, limit: 10_001 } }],
  ['aggregate-request.json', { query: { ...QUERY, ...DAY }, poll: { deadline: 'PT6H' } }],
  ['aggregate-request.json', { query: { ...QUERY, ...DAY }, destination: 'https://bi.example.com' }],
  ['aggregate-request.json', { query: { ...QUERY, ...DAY }, window: { relative: 'tomorrow' } }],
  ['backfill-request.json', { query: QUERY }],
  ['backfill-request.json', { query: { ...QUERY, ...DAY }, ...RANGE }],
  ['backfill-request.json', { query: QUERY, from: '2026-11-01' }],
  ['backfill-request.json', { query: QUERY, ...RANGE, lookback: 3 }],
  ['backfill-request.json', { query: QUERY, ...RANGE, ...YESTERDAY }],
  ['backfill-request.json', { query: QUERY, ...RANGE, ...YESTERDAY, lookback: 3 }],
  ['backfill-request.json', { query: QUERY, ...YESTERDAY }],
  ['backfill-request.json', { query: QUERY, ...RANGE, width: 21 }],
];

/** What both take. */
const TAKEN: typeof REFUSED = [
  ['aggregate-request.json', { query: { ...QUERY, ...DAY } }],
  [
    'aggregate-request.json',
    { query: { ...QUERY, ...DAY, filter: { a: [null, { b: 1 }] } }, window: { settle: '1 h' } },
  ],
  ['aggregate-request.json', { query: QUERY, ...YESTERDAY }],
  ['backfill-request.json', { query: QUERY, ...RANGE }],
  ['backfill-request.json', { query: QUERY, ...RANGE, slices: [RANGE] }],
  ['backfill-request.json', { query: QUERY, slices: [RANGE], window: { settle: '2 hours' } }],
  ['backfill-request.json', { query: QUERY, ...YESTERDAY, lookback: 3 }],
];

/** Why a request is refused that fits its schema: a field's value against another's, and how long a duration is. */
const BEYOND = /is not one of query\.metric$|^has no effect|^must be a duration/;

const SHARED = {
  org: ['acme', 'Acme', '-', ''],
  timeZone: ['UTC', '', 'x'.repeat(65)],
  'window.relative': ['yesterday', 'last-7-days', 'last-0-days', 'tomorrow', ''],
  'window.timeZone': ['UTC', ''],
  'window.settle': ['2 hours', '31 days', 'soon', 7],
  'window.extra': [1],
  'processing.maxRows': [1, 0, 1_000_000_001, 1.5],
  'processing.outliers': ['flag', 'drop'],
  'processing.outlierMetrics': [['a'], ['c'], ['a', 'a'], [], 'a', Array.from('abcdefghijk')],
  'processing.rollup': ['on', 'off', true],
  'processing.weightMetric': ['a', 'c', ''],
  'processing.extra': [1],
  'poll.deadline': ['6 hours', '1 s', 'PT6H', 6],
  'poll.extra': [1],
  destination: ['bi', 'https://bi.example.com', ''],
  'query.reportType': ['journey-execution', '', 1],
  'query.metric': [['a', 'b'], [], ['a', 'a'], ['-'], 'a', Array.from('abcdefghijk')],
  'query.dimension': [[], ['x'], ['x', 'x'], ['1'], Array.from('abcde')],
  'query.filter': [{ region: ['emea', null] }, []],
  'query.timeGroupBy': ['day', 'DAY', 'year'],
  'query.limit': [1, 10_000, 10_001, 0, 1.5, '7'],
  'query.extra': [1],
  extra: [1],
} as const;
const DATES = ['2026-11-01', '', 'x'.repeat(41), 20261101];

interface Requests {
  readonly parse: (request: unknown) => Parsed<unknown>;
  /** Every one is taken. */
  readonly good: readonly object[];
  /** Values, right ones and wrong ones, by the path of the field. */
  readonly values: Readonly<Record<string, readonly unknown[]>>;
}

const REQUESTS: Readonly<Record<'aggregate-request.json' | 'backfill-request.json', Requests>> = {
  'aggregate-request.json': {
    parse: parseRequest,
    good: [{ query: { ...QUERY, ...DAY } }, { query: QUERY, ...YESTERDAY }],
    values: { ...SHARED, 'query.dateFrom': DATES, 'query.dateTo': DATES },
  },
  'backfill-request.json': {
    parse: parseBackfillRequest,
    good: [
      { query: QUERY, ...RANGE },
      { query: QUERY, slices: [RANGE] },
      { query: QUERY, ...YESTERDAY, lookback: 3 },
    ],
    values: {
      ...SHARED,
      ...{ from: DATES, to: DATES, 'query.dateFrom': DATES },
      sliceBy: ['week', 'hour'],
      lookback: [3, 0, 1.5, 10_000],
      slices: [[RANGE], [], [{ from: '2026-11-01' }], [{ ...RANGE, extra: 1 }], Array(121).fill(RANGE)],
      width: [3, 0, 21],
    },
  },
};

type Change = readonly [path: string, value: unknown];

/** The request with another value at a path; none where the value is undefined. */
function changed(request: object, [path, value]: Change): object {
  const [key = '', ...rest] = path.split('.');
  const { [key as never]: before = {}, ...others } = request;
  const after = rest.length === 0 ? value : changed(before, [rest.join('.'), value]);
  return after === undefined ? others : { ...others, [key]: after };
}

suite('the schemas of requests', () => {
  const verdicts = (cases: typeof REFUSED): readonly (readonly [boolean, boolean, string])[] =>
    cases.map(([name, request]) => {
      const { ok } = name === 'backfill-request.json' ? parseBackfillRequest(request) : parseRequest(request);
      return [compiled(readSchema(name))(request), ok, JSON.stringify(request)];
    });

  test('refuse what the product refuses, also where two fields contradict each other', () => {
    for (const [schema, product, request] of verdicts(REFUSED))
      assert.deepEqual([schema, product], [false, false], request);
  });

  test('take what the product takes', () => {
    for (const [schema, product, request] of verdicts(TAKEN))
      assert.deepEqual([schema, product], [true, true], request);
  });

  test('agree with the product on every value of every field, and on any two, but for what JSON Schema cannot say', () => {
    for (const [name, { parse, good, values }] of Object.entries(REQUESTS)) {
      const validate = compiled(readSchema(name as keyof typeof REQUESTS));
      const agree = (request: object): void => {
        const parsed = parse(request);
        if (!parsed.ok && parsed.problems.every(({ message }) => BEYOND.test(message))) return;
        assert.equal(validate(request), parsed.ok, `${JSON.stringify(request)}: ${JSON.stringify(parsed)}`);
      };
      const changes = Object.entries(values).flatMap(([path, of]) =>
        [...of, null, {}, undefined].map((value): Change => [path, value]),
      );
      for (const request of good) for (const change of changes) agree(changed(request, change));
      const change = fc.constantFrom(...changes);
      fc.assert(
        fc.property(fc.constantFrom(...good), change, change, (request, one, other) => {
          fc.pre(!one[0].startsWith(`${other[0]}.`) && !other[0].startsWith(`${one[0]}.`));
          agree(changed(changed(request, one), other));
        }),
        { numRuns: 2_000 },
      );
    }
  });

  test('take every duration that the product reads', () => {
    const validate = compiled(readSchema('aggregate-request.json'));
    const amount = fc.oneof(fc.integer({ min: 10, max: 500 }), fc.constantFrom('30.5', '12.125'));
    const unit = fc.constantFrom('s', 'seconds', 'MIN', 'minutes', 'h', 'Hours');
    const text = fc
      .tuple(amount, fc.constantFrom('', ' '), unit, fc.constantFrom('', ' '))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (deadline) => {
        assert.ok(parseDuration(deadline) !== undefined);
        assert.ok(validate({ query: { ...QUERY, ...DAY }, poll: { deadline } }), deadline);
      }),
    );
  });
});
