import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Gateway } from '../parts.js';

const BEARER = { type: 'http', scheme: 'bearer', description: '`journey-metrics keys create` makes a key.' } as const;

const DESCRIPTION =
  'Starts aggregations of journey metrics, and says what comes of them. Problems are `application/problem+json`. ' +
  'Ids of runs go into addresses percent-encoded.';

/** Headers of answers, by status, where every answer of that status has them. */
const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '202': { Location: 'Where to ask how the run goes on.' },
  '401': { 'WWW-Authenticate': 'How to say who asks.' },
  '403': { 'WWW-Authenticate': 'Which scope is missing, where one is.' },
  '429': { 'Retry-After': 'Seconds until there are requests again.' },
  '503': { 'Retry-After': 'Seconds until it is worth asking again.' },
};

/** Makes the OpenAPI document of the routes that are registered after this, and serves it. */
export function registerOpenApi(app: Gateway, version: string): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'cxone-journey-metrics', version, description: DESCRIPTION },
      components: { securitySchemes: { key: BEARER } },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => completed(jsonSchemaTransformObject(document)),
  });
}

/** The address of the document itself is not in it. */
export function openApiRoute(app: Gateway): void {
  app.get('/openapi.json', { config: { scope: 'open' }, schema: { hide: true } }, () => app.swagger());
}

/** As much of it as is looked at here. */
interface Document {
  readonly paths?: object;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> };
}

/** With what zod has no words for, and without schemas that nothing refers to. */
function completed<D extends Document>(document: D): D {
  const paths = withHeaders(document.paths ?? {});
  const all = document.components?.schemas ?? {};
  const used = referredTo(paths, all);
  const schemas = Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
  return { ...document, paths, components: { ...document.components, schemas } };
}

function withHeaders(paths: object): object {
  return JSON.parse(JSON.stringify(paths), (key, value: unknown) => {
    if (key !== 'responses' || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([status, answer]: [string, object]) => {
        const headers = Object.entries(HEADERS[status] ?? {}).map(([name, description]) => {
          return [name, { description, schema: { type: 'string' } }] as const;
        });
        return [status, headers.length === 0 ? answer : { ...answer, headers: Object.fromEntries(headers) }];
      }),
    );
  }) as object;
}

const REFERENCE = /"#\/components\/schemas\/([^"]+)"/g;

/** Names of the schemas that are needed, those that other schemas need included. */
function referredTo(paths: object, schemas: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const used = new Set<string>();
  const look = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value ?? null).matchAll(REFERENCE)) {
      if (used.has(name)) continue;
      used.add(name);
      look(schemas[name]);
    }
  };
  look(paths);
  return used;
}
