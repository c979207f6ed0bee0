import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** One method of one path, as the document describes it. */
export interface Operation {
  /** `GET`, `POST`, … */
  readonly method: string;
  /** With `{name}` in place of parameters. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** Of a JSON body; undefined where none is taken. */
  readonly body: JsonSchema | undefined;
  readonly responses: Readonly<Record<string, Response>>;
}

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

interface RawOperation {
  readonly parameters?: readonly (Omit<Parameter, 'required' | 'schema'> & Partial<Parameter>)[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
  readonly responses: Readonly<Record<string, Response>>;
}

export interface Answer {
  readonly status: number;
  /** Undefined where there is no body. */
  readonly contentType: string | undefined;
  readonly text: string;
}

export interface OpenApi {
  readonly operations: readonly Operation[];
  /** What of an answer the document does not say, in a sentence; undefined when all of it is documented. */
  undocumented(operation: Operation, answer: Answer): string | undefined;
}

/** @param source an OpenAPI 3.1 document, parsed */
export function readOpenApi(source: unknown): OpenApi {
  // Schemas that others refer to: zod looks for them under $defs.
  const text = JSON.stringify(source).replaceAll('#/components/schemas/', '#/$defs/');
  const document = JSON.parse(text) as Document;
  const $defs = document.components?.schemas ?? {};
  const whole = (schema: JsonSchema): JsonSchema => ({ ...schema, $defs });
  const schemas = new Map<JsonSchema, z.ZodType>();
  const compiled = (schema: JsonSchema): z.ZodType => {
    const found = schemas.get(schema) ?? z.fromJSONSchema(whole(schema));
    schemas.set(schema, found);
    return found;
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationOf(path, method, operation, whole)),
  );
  return { operations, undocumented: (operation, answer) => undocumented(operation, answer, compiled) };
}

function operationOf(
  path: string,
  method: string,
  { parameters = [], requestBody, responses }: RawOperation,
  whole: (schema: JsonSchema) => JsonSchema,
): Operation {
  const body = requestBody?.content['application/json']?.schema;
  return {
    method: method.toUpperCase(),
    path,
    parameters: parameters.map(({ required = false, schema = {}, ...rest }) => ({
      ...rest,
      required,
      schema: whole(schema),
    })),
    body: body && whole(body),
    responses,
  };
}

function undocumented(
  { responses }: Operation,
  { status, contentType, text }: Answer,
  compiled: (schema: JsonSchema) => z.ZodType,
): string | undefined {
  const response = responses[String(status)];
  if (response === undefined) return `the status ${status} is not documented`;
  const type = contentType?.split(';')[0]?.trim();
  if (type === undefined) return text === '' && status === 204 ? undefined : `${status} says no content type`;
  const media = response.content?.[type];
  if (media === undefined) return `${type} is not documented for ${status}`;
  if (!/[/+]json$/.test(type) || media.schema === undefined) return undefined;
  const parsed = compiled(media.schema).safeParse(JSON.parse(text));
  return parsed.success ? undefined : `the body of ${status} is not as documented: ${z.prettifyError(parsed.error)}`;
}
