import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { schemaPath, type PublishedSchema } from '../../../scripts/schemas.js';

/** A schema, or one within it: as much of it as is looked at. */
export interface Node {
  readonly $schema?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
}

export function readSchema(name: PublishedSchema): Node {
  return JSON.parse(readFileSync(schemaPath(name), 'utf8')) as Node;
}

export function compiled(schema: Node): ValidateFunction {
  // Not strict: `required` beside no `properties` is how the rules between fields are said.
  return new Ajv2020({ strict: false, allErrors: true }).compile(schema);
}
