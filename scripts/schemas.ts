/** `node --import tsx scripts/schemas.ts`: writes schemas/ from the schemas of the contract. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { z } from 'zod';
import { backfillRequestSchema } from '../src/contract/request/backfill-schema.js';
import { payloadSchema } from '../src/contract/result/payload.js';
import { aggregateRequestSchema } from '../src/contract/request/request-schema.js';
import { aggregateResultSchema } from '../src/contract/result/result.js';
import { alertsFileSchema } from '../src/config/alerts/alerts-schema.js';
import { orgsFileSchema } from '../src/config/orgs/orgs-schema.js';

/** What is published, by the name of its file in schemas/. */
const PUBLISHED = {
  'aggregate-request.json': aggregateRequestSchema,
  'backfill-request.json': backfillRequestSchema,
  'aggregate-result.json': aggregateResultSchema,
  'delivery-payload.json': payloadSchema,
  'orgs-file.json': orgsFileSchema,
  'alerts-file.json': alertsFileSchema,
} as const;

export type PublishedSchema = keyof typeof PUBLISHED;

export const PUBLISHED_SCHEMAS = Object.keys(PUBLISHED) as readonly PublishedSchema[];

/** Where a published schema is. */
export function schemaPath(name: PublishedSchema): string {
  return fileURLToPath(new URL(`../schemas/${name}`, import.meta.url));
}

/**
 * The text of a published schema: JSON Schema 2020-12 of what is sent, with a name of its own by which another schema
 * can refer to it. A result or a payload may get another key one day, so only requests refuse keys that they do not know.
 */
export function schemaText(name: PublishedSchema): Promise<string> {
  const { $schema, title, description, ...rules } = z.toJSONSchema(PUBLISHED[name], {
    io: 'input',
    override: withoutNoise,
  });
  const $id = `urn:journey-metrics:schema:${name.replace(/\.json$/, '')}`;
  return format(JSON.stringify({ $schema, $id, title, description, ...rules }), { parser: 'json', printWidth: 120 });
}

/** That a whole number is a safe one, and that a key is a text, says nothing to a reader. */
function withoutNoise({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  delete jsonSchema.propertyNames;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of PUBLISHED_SCHEMAS) await writeFile(schemaPath(name), await schemaText(name));
}
