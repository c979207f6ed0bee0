import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { headerOf } from '../../../src/activities/aggregate/store-payloads.js';
import { payloadBytes } from '../../../src/destinations/webhook/payload.js';
import { payloadSchema } from '../../../src/contract/result/payload.js';
import { resultExample, payloadExample } from '../../../src/contract/result/result-examples.js';
import { aggregateResultSchema } from '../../../src/contract/result/result.js';
import { OPEN_API_PATH, openApiText } from '../../../scripts/open-api.js';
import { PUBLISHED_SCHEMAS, schemaPath, schemaText } from '../../../scripts/schemas.js';
import { assertFresh } from '../../support/generated.js';
import { compiled, readSchema, type Node } from '../../support/gateway/published-schemas.js';

const ROOT = new URL('../../../', import.meta.url);

/** Every schema within a schema, with the path to it. */
function* within(node: unknown, path: string): Generator<readonly [path: string, node: Node]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [path, node];
  for (const [key, value] of Object.entries(node)) {
    if (!['examples', 'default', 'oneOf', 'anyOf', 'not'].includes(key)) yield* within(value, `${path}/${key}`);
  }
}

suite('the published schemas', () => {
  test('are what `node --import tsx scripts/schemas.ts` writes, and there is no other', async () => {
    assert.deepEqual(readdirSync(new URL('schemas/', ROOT)).sort(), [...PUBLISHED_SCHEMAS, 'openapi.json'].sort());
    for (const name of PUBLISHED_SCHEMAS) {
      assertFresh(
        readFileSync(schemaPath(name), 'utf8'),
        await schemaText(name),
        `schemas/${name}`,
        'scripts/schemas.ts',
      );
    }
  });

  test('have the gateway’s OpenAPI document beside them, as `node --import tsx scripts/open-api.ts` writes it', async () => {
    assertFresh(
      readFileSync(OPEN_API_PATH, 'utf8'),
      await openApiText(),
      'schemas/openapi.json',
      'scripts/open-api.ts',
    );
  });

  test('say, when one is stale, which command writes it and the first line that differs', () => {
    const stale = (): void => {
      assertFresh('{\n  "a": 1\n}\n', '{\n  "a": 2\n}\n', 'schemas/openapi.json', 'scripts/open-api.ts');
    };
    assert.throws(stale, {
      message:
        'schemas/openapi.json is stale: run `node --import tsx scripts/open-api.ts`. Line 2:\n' +
        '  found       "a": 1\n  expected    "a": 2',
    });
  });

  test('say their draft, and can be referred to side by side', () => {
    const ajv = new Ajv2020({ strict: false });
    for (const name of PUBLISHED_SCHEMAS) {
      const schema = readSchema(name);
      assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
      ajv.addSchema(schema);
    }
    const validate = ajv.compile({ type: 'array', items: { $ref: 'urn:journey-metrics:schema:delivery-payload' } });
    assert.deepEqual([validate([payloadExample]), validate([{}])], [true, false]);
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

suite('the schemas of what the product says', () => {
  test('take the example of a result whole', () => {
    assert.deepEqual(aggregateResultSchema.parse(resultExample), resultExample);
  });

  test('know every key of a payload that is made', () => {
    const { summary, sampling, completeness, quality, window, queryId, timestamp, org, deliveryId, series, report } = payloadExample;
    const { outliers, ...remarks } = quality;
    const output = {
      manifest: { scope: 'runs/1', sha256: '0', bytes: 1 },
      parts: 1,
      contentHash: '0',
      rowHash: '0',
      rows: { returned: summary.total, kept: summary.kept, delivered: summary.sampled },
      ...{ completeness, outliers, sampling, quality: remarks, accuracyRate: 97 },
    };
    const plan = { org, destination: 'bi', window, deliveryId, series, report };
    const rollup = { rollup: summary.rollup };
    const row = Buffer.from('[{"date":"2026-11-01","journeyId":"a","score":"0.5"}]');
    for (const revision of [1, 2]) {
      const bytes = payloadBytes({ ...headerOf({ plan, output, queryId, timestamp }, revision, report), part: 0, ...rollup }, [
        row,
      ]);
      const payload: unknown = JSON.parse(Buffer.from(bytes).toString());
      assert.deepEqual(payloadSchema.parse(payload), payload);
      assert.ok(compiled(readSchema('delivery-payload.json'))(payload));
    }
  });
});
