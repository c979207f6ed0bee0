import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Gateway } from '../parts.js';

const BEARER = { type: 'http', scheme: 'bearer', description: '`journey-metrics keys create` makes a key.' } as const;

const DESCRIPTION =
  'Starts aggregations of journey metrics and returns their results. Problems are `application/problem+json`. ' +
  'Percent-encode run ids in addresses.';

/** Headers of answers, by status, where every answer of that status has them. */
const HEADERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '202': { Location: 'The address of the run.' },
  '401': { 'WWW-Authenticate': 'How to authenticate.' },
  '403': { 'WWW-Authenticate': 'The missing scope, if there is one.' },
  '429': { 'Retry-After': 'Seconds until the key may send requests again.' },
  '503': { 'Retry-After': 'Seconds until the next try.' },
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
  const schemas = Object.fromEntries(
    Object.keys(all)
      .filter((name) => used.has(name))
      .sort()
      .map((name) => [name, all[name]]),
  );
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
