import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { z } from 'zod';
import { payloadBytes } from '../../src/activities/payload.js';
import { parseBackfillRequest } from '../../src/contract/backfill-schema.js';
import { parseDuration } from '../../src/contract/duration.js';
import { payloadSchema } from '../../src/contract/payload-schema.js';
import { parseRequest } from '../../src/contract/request-schema.js';
import { resultExample, payloadExample } from '../../src/contract/result-document.js';
import { aggregateResultSchema, type redeliverResultSchema } from '../../src/contract/result-schema.js';
import type { AggregateResult, RedeliverResult } from '../../src/contract/result.js';
import { PUBLISHED_SCHEMAS, schemaPath, schemaText, type PublishedSchema } from '../../scripts/schemas.js';

const ROOT = new URL('../../', import.meta.url);

/** The same type, its `readonly` aside, and written out. */
type Plain<T> = T extends readonly (infer Each)[]
  ? Plain<Each>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<T[Key]> }
    : T;
/** Exactly alike, down to which keys may be absent: an alias for either side would only ask for one that fits the other. */
type Same<One, Other> =
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- what the compiler compares them by
  (<T>() => T extends Plain<One> ? 1 : 2) extends <T>() => T extends Plain<Other> ? 1 : 2 ? true : false;

// Checked by the compiler: what the interfaces say and what the schemas say are one and the same.
const AGREED: readonly true[] = [
  true satisfies Same<z.output<typeof aggregateResultSchema>, AggregateResult>,
  true satisfies Same<z.output<typeof redeliverResultSchema>, RedeliverResult>,
];

interface Node {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
}

function readSchema(name: PublishedSchema): Node {
  return JSON.parse(readFileSync(schemaPath(name), 'utf8')) as Node;
}

/** Every schema within a schema, with the path to it. */
function* within(node: unknown, path: string): Generator<readonly [path: string, node: Node]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [path, node];
  for (const [key, value] of Object.entries(node)) {
    if (!['examples', 'default', 'oneOf', 'anyOf', 'not'].includes(key)) yield* within(value, `${path}/${key}`);
  }
}

function compiled(schema: Node): ValidateFunction {
  // Not strict: `required` beside no `properties` is how the rules between fields are said.
  return new Ajv2020({ strict: false, allErrors: true }).compile(schema);
}

suite('the published schemas', () => {
  test('are what `node --import tsx scripts/schemas.ts` writes, and there is no other', async () => {
    assert.deepEqual(readdirSync(new URL('schemas/', ROOT)).sort(), [...PUBLISHED_SCHEMAS].sort());
    for (const name of PUBLISHED_SCHEMAS) {
      assert.equal(readFileSync(schemaPath(name), 'utf8'), await schemaText(name), name);
    }
  });

  test('explain every property, and have examples that they take', () => {
    for (const name of PUBLISHED_SCHEMAS) {
      const schema = readSchema(name);
      assert.ok((schema.examples ?? []).length > 0, `${name} has an example`);
      for (const [path, node] of within(schema, name)) {
        for (const [key, property] of Object.entries(node.properties ?? {})) {
          const isRule = path.includes('/dependent') || property.description !== undefined;
          assert.ok(isRule, `${path}/${key} has no description`);
        }
        const validate = compiled({ ...node, ...('$defs' in schema && { $defs: schema.$defs }) });
        for (const example of node.examples ?? []) {
          assert.ok(validate(example), `${path}: ${JSON.stringify([example, validate.errors])}`);
        }
      }
    }
  });

  test('take the examples of the documents and of the package', () => {
    const fenced = [...readFileSync(new URL('docs/request.md', ROOT), 'utf8').matchAll(/```json\n(.*?)```/gs)];
    const [request, backfill] = fenced.map(([, text = '']) => JSON.parse(text) as unknown);
    assert.ok(compiled(readSchema('aggregate-request.json'))(request));
    assert.ok(compiled(readSchema('backfill-request.json'))(backfill));
    const validate = compiled(readSchema('aggregate-request.json'));
    for (const file of readdirSync(new URL('examples/', ROOT)).filter((each) => each.endsWith('.json'))) {
      assert.ok(validate(JSON.parse(readFileSync(new URL(`examples/${file}`, ROOT), 'utf8'))), file);
    }
  });
});

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

suite('the schemas of what the product says', () => {
  test('are those of its types', () => {
    assert.deepEqual(AGREED, [true, true]);
    assert.deepEqual(aggregateResultSchema.parse(resultExample), resultExample);
  });

  test('know every key of a payload that is made', () => {
    const { summary, sampling, completeness, quality, window, queryId, timestamp, org, deliveryId } = payloadExample;
    const { outliers, ...remarks } = quality;
    const output = {
      manifest: { scope: 'runs/1', sha256: '0', bytes: 1 },
      parts: 1,
      contentHash: '0',
      rows: { returned: summary.total, kept: summary.kept, delivered: summary.sampled },
      ...{ completeness, outliers, sampling, quality: remarks, accuracyRate: 97 },
    };
    const plan = { org, destination: 'bi', window, deliveryId };
    const row = Buffer.from('[{"date":"2026-11-01","journeyId":"a","score":"0.5"}]');
    for (const revision of [1, 2]) {
      const bytes = payloadBytes({ plan, output, queryId, timestamp }, revision, 0, [row], summary.rollup);
      const payload: unknown = JSON.parse(Buffer.from(bytes).toString());
      assert.deepEqual(payloadSchema.parse(payload), payload);
      assert.ok(compiled(readSchema('delivery-payload.json'))(payload));
    }
  });
});
