import { z } from 'zod';
import type { PartLimits } from '../../contract/request/request.js';
import { readCertificates } from '../files/certificates.js';
import { readNamedFile, type Variables } from '../environment.js';
import type { Learn } from '../files/learn.js';
import { BadValue, checked, ConfigError } from '../errors.js';
import {
  filesSchema,
  postgresSchema,
  readFiles,
  readPostgres,
  type FilesConfig,
  type PostgresConfig,
} from './row-destinations.js';
import { parseJsonFile, schemaProblem } from '../files/json-file.js';
import { placeOf } from '../../destinations/postgres/client.js';
import { readNetwork } from '../network.js';
import { learnUrl } from '../files/url-secrets.js';
import { parseDestinationUrl, type WebhookAddress } from '../../destinations/webhook/destination-url.js';
import { checkHeaders, parseHeaders } from '../../destinations/webhook/own-headers.js';
import { parseWebhookSecret } from '../../destinations/webhook/webhook-secret.js';

/** A receiver of payloads. */
export interface WebhookConfig extends WebhookAddress {
  readonly kind?: 'webhook';
  readonly partLimits: PartLimits;
}

/** Where rows go, by name: requests never hold an address. */
export type Destination = WebhookConfig | FilesConfig | PostgresConfig;

/** The destination of `BI_WEBHOOK_URL`, and of requests that name none. */
export const DEFAULT_DESTINATION = 'bi';

const PART_LIMITS: PartLimits = { maxRows: 1_000, maxBytes: 500_000 };

const FILE = 'BI_DESTINATIONS_FILE';

const KINDS = ['webhook', 'files', 'postgres'] as const;

const fileSchema = z.record(
  z.string().regex(/^[A-Za-z][\w-]{0,63}$/),
  z.looseObject({ kind: z.string().default('webhook') }),
);

const webhookSchema = z.strictObject({
  kind: z.literal('webhook').default('webhook'),
  url: z.string(),
  secrets: z.array(z.string()).default([]),
  secretsFile: z.string().optional(),
  private: z.boolean().default(false),
  headers: z.record(z.string(), z.string()).default({}),
  headersFile: z.string().optional(),
  caFile: z.string().optional(),
  gzip: z.boolean().default(false),
  concurrency: z.int().min(1).max(32).default(4),
  maxRows: z.int().min(1).max(100_000).default(PART_LIMITS.maxRows),
  maxBytes: z.int().min(65_536).max(20_000_000).default(PART_LIMITS.maxBytes),
});

/** `BI_WEBHOOK_URL` as the destination `bi`, and those of `BI_DESTINATIONS_FILE` (JSON, by name). One of the two is needed. */
export function readDestinations(variables: Variables): Readonly<Record<string, Destination>> {
  const others = readFile(variables);
  if (!variables.isSet('BI_WEBHOOK_URL') && Object.keys(others).length > 0) return others;
  const url = variables.need('BI_WEBHOOK_URL');
  const allowPrivate = variables.get('BI_WEBHOOK_PRIVATE');
  const caFile = variables.get('BI_WEBHOOK_CA_FILE');
  const bi = {
    url: checked('BI_WEBHOOK_URL', () => parseDestinationUrl(url, allowPrivate)),
    secrets: secretsIn('BI_WEBHOOK_SECRET', variables.get('BI_WEBHOOK_SECRET') ?? '', variables.learn),
    allowPrivate,
    partLimits: PART_LIMITS,
    network: readNetwork(variables),
    ...(caFile !== undefined && { ca: readCertificates('BI_WEBHOOK_CA_FILE', caFile) }),
  };
  return { ...others, [DEFAULT_DESTINATION]: bi };
}

function readFile(variables: Variables): Record<string, Destination> {
  const path = variables.get(FILE);
  if (path === undefined) return {};
  const text = readNamedFile(FILE, path);
  const parsed = fileSchema.safeParse(parseJsonFile(FILE, text));
  if (!parsed.success) throw schemaProblem(FILE, text, parsed.error);
  const destinations = Object.entries(parsed.data).map(
    ([name, entry]) => [name, checked(FILE, () => readEntry(name, entry, variables))] as const,
  );
  refuseOnePlace(destinations);
  return Object.fromEntries(destinations);
}

function readEntry(name: string, entry: { readonly kind: string }, variables: Variables): Destination {
  switch (KINDS.find((kind) => kind === entry.kind)) {
    case 'webhook':
      return readWebhook(webhookSchema.parse(entry), variables);
    case 'files':
      return readFiles(filesSchema.parse(entry), variables);
    case 'postgres':
      return readPostgres(postgresSchema.parse(entry), FILE, variables);
    case undefined:
      throw new BadValue(`has a destination "${name}" of the kind "${entry.kind}": the kinds are ${KINDS.join(', ')}`);
  }
}

function readWebhook(entry: z.output<typeof webhookSchema>, variables: Variables): WebhookConfig {
  const { kind, url, secrets, secretsFile, private: allowPrivate, headers, headersFile, caFile, ...others } = entry;
  const { gzip, concurrency, ...partLimits } = others;
  const { learn } = variables;
  learnUrl(url, learn);
  const more = secretsFile === undefined ? '' : readNamedFile(FILE, secretsFile);
  return {
    kind,
    url: parseDestinationUrl(url, allowPrivate),
    secrets: secretsIn(FILE, [...secrets, more].join(' '), learn),
    allowPrivate,
    gzip,
    concurrency,
    partLimits,
    headers: headersIn(headers, headersFile, learn),
    network: readNetwork(variables),
    ...(caFile !== undefined && { ca: readCertificates(FILE, caFile) }),
  };
}

/** Those of the entry and those of its file. Their values are secrets, and so is each word of them. */
function headersIn(
  own: Readonly<Record<string, string>>,
  headersFile: string | undefined,
  learn: Learn,
): Readonly<Record<string, string>> {
  const more = headersFile === undefined ? [] : checked(FILE, () => parseHeaders(readNamedFile(FILE, headersFile)));
  const all = [...Object.entries(own), ...more];
  for (const [, value] of all) [value, ...value.split(/\s+/), ...loginIn(value)].forEach(learn);
  return checked(FILE, () => checkHeaders(all));
}

/** User and password, which basic authentication only encodes. */
function loginIn(value: string): readonly string[] {
  const encoded = /^Basic\s+(\S+)$/i.exec(value)?.[1];
  if (encoded === undefined) return [];
  const login = Buffer.from(encoded, 'base64').toString();
  return [login, login.replace(/^[^:]*:/, '')];
}

/** Each of two that write files or rows to one place would take the other's for its own. */
function refuseOnePlace(destinations: readonly (readonly [string, Destination])[]): void {
  const names = new Map<string, string>();
  for (const [name, destination] of destinations) {
    const place = placeNamed(destination);
    const other = place === undefined ? undefined : names.get(place);
    if (place === undefined) continue;
    if (other !== undefined)
      throw new ConfigError(FILE, `has one place under two names, "${other}" and "${name}": keep one of them`);
    names.set(place, name);
  }
}

function placeNamed(destination: Destination): string | undefined {
  if (destination.kind === 'files') return destination.url;
  if (destination.kind !== 'postgres') return undefined;
  const { schema = '', name } = destination.table;
  return `${placeOf(destination.readUrl()) ?? ''} ${schema} ${name}`;
}

function secretsIn(variable: string, text: string, learn: Learn): readonly string[] {
  const secrets = text.split(/\s+/).filter((secret) => secret !== '');
  secrets.forEach(learn);
  for (const secret of secrets) checked(variable, () => parseWebhookSecret(secret));
  return secrets;
}
