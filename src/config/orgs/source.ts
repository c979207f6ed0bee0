import { join } from 'node:path';
import { z } from 'zod';
import { BASE_DEFINITION, readDefinition, type Definition } from '../../domain/journeys/definition/definition.js';
import type { Network } from '../../network/proxies.js';
import type { Catalogue } from '../../ports/index.js';
import type { CsvMapping } from '../../sources/csv/mapping.js';
import { defaultBaseUrl } from '../../sources/http/base-url.js';
import type { AccessKey } from '../../sources/reporting/auth/access-key.js';
import { readCertificates } from '../files/certificates.js';
import { readNamedFile, type Variables } from '../environment.js';
import { checked, ConfigError } from '../errors.js';
import { readNetwork } from '../network.js';
import { packageRoot } from '../places.js';

interface AnySource {
  readonly org: string;
  readonly ca?: string;
  readonly network: Network;
  /** How long an organisation is left alone after five failures in a row (502, 503, 504, broken exchanges). */
  readonly circuitOpenMs: number;
  /** Of all workers together. */
  readonly requestsPerMinute?: number;
}

export interface AnalyticsConfig extends AnySource {
  readonly kind: 'analytics';
  readonly baseUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly catalogue: Catalogue;
}

export interface ContactsConfig extends AnySource {
  readonly kind: 'contacts';
  readonly accessKey: AccessKey;
  readonly apiVersion: string;
  readonly definition: Definition;
  readonly afterCallWork: 'in-total' | 'beside-total';
  readonly reconcileTolerance: number;
}

export interface DataExtractionConfig extends AnySource {
  readonly kind: 'data-extraction';
  readonly accessKey: AccessKey;
  readonly entity: string;
  readonly version: string;
  readonly mapping: CsvMapping;
  readonly resultHosts?: readonly string[];
  readonly gapMs: number;
}

export interface CustomReportConfig extends AnySource {
  readonly kind: 'custom-report';
  readonly accessKey: AccessKey;
  readonly apiVersion: string;
  readonly reportId: string;
  readonly mapping: CsvMapping;
}

export type SourceConfig = AnalyticsConfig | ContactsConfig | DataExtractionConfig | CustomReportConfig;

/** The one source of an organisation that says nothing else, by its name; only a source of that kind may have it. */
export const ANALYTICS = 'analytics';
/** The source that an access key in the environment gives. */
const JOURNEYS = 'journeys';

export const DEFAULT_API_VERSION = 'v34.0';
export const DEFAULT_AFTER_CALL_WORK = 'beside-total';
export const DEFAULT_RECONCILE_TOLERANCE = 0.01;

/** The source of the organisation in the environment: real CXone where there is an access key, else the analytics API. */
export function readSource(variables: Variables): { readonly name: string; readonly source: SourceConfig } {
  const org = variables.need('CXONE_ORG_ID');
  return hasAccessKey(variables)
    ? { name: JOURNEYS, source: contactsSource(org, variables) }
    : { name: ANALYTICS, source: analyticsSource(org, variables) };
}

function hasAccessKey({ isSet }: Variables): boolean {
  return isSet('CXONE_ACCESS_KEY_ID') || isSet('CXONE_ACCESS_KEY_SECRET') || isSet('CXONE_ISSUER');
}

function analyticsSource(org: string, variables: Variables): AnalyticsConfig {
  return {
    kind: 'analytics',
    org,
    baseUrl: variables.get('CXONE_BASE_URL') ?? defaultBaseUrl(org),
    clientId: variables.need('CXONE_CLIENT_ID'),
    clientSecret: variables.need('CXONE_CLIENT_SECRET'),
    ...commonOf(variables),
    catalogue: readCatalogue(variables),
  };
}

function contactsSource(org: string, variables: Variables): ContactsConfig {
  return {
    kind: 'contacts',
    org,
    accessKey: {
      issuer: variables.need('CXONE_ISSUER'),
      clientId: variables.need('CXONE_CLIENT_ID'),
      clientSecret: variables.need('CXONE_CLIENT_SECRET'),
      clientAuth: 'basic',
      accessKeyId: variables.need('CXONE_ACCESS_KEY_ID'),
      accessKeySecret: variables.need('CXONE_ACCESS_KEY_SECRET'),
    },
    apiVersion: DEFAULT_API_VERSION,
    definition: definitionOf('CXONE_ORG_ID', { name: org, version: 1 }),
    afterCallWork: DEFAULT_AFTER_CALL_WORK,
    reconcileTolerance: DEFAULT_RECONCILE_TOLERANCE,
    ...commonOf(variables),
  };
}

/** What all sources of a process share. */
export function commonOf(variables: Variables): Pick<AnySource, 'ca' | 'network' | 'circuitOpenMs'> {
  const caFile = variables.get('CXONE_CA_FILE');
  return {
    ...(caFile !== undefined && { ca: readCertificates('CXONE_CA_FILE', caFile) }),
    network: readNetwork(variables),
    circuitOpenMs: variables.get('CXONE_CIRCUIT_OPEN'),
  };
}

/** @param variable that is blamed for what is wrong */
export function definitionOf(variable: string, input: Omit<Parameters<typeof readDefinition>[0], 'base'>): Definition {
  const read = readDefinition({ ...input, base: BASE_DEFINITION });
  const problems = 'problems' in read ? [...read.problems] : problemsOf(read.definition);
  if ('definition' in read && problems.length === 0) return read.definition;
  throw new ConfigError(variable, `has a definition "${input.name}" that cannot be used: ${problems.join(' ')}`);
}

/** What the rules take and no clock here knows. */
function problemsOf({ settings: { hours } }: Definition): string[] {
  return hours === 'all' || isTimeZone(hours.timeZone) ? [] : [`\`hours.timeZone\` is no IANA time zone.`];
}

/** An offset is no zone: it knows no summer time. */
export function isTimeZone(name: string): boolean {
  try {
    return (
      /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false;
  }
}

const names = z.array(z.string().min(1)).min(1);
const catalogueSchema = z.strictObject({ reportTypes: names, metrics: names, dimensions: names });

export function readCatalogue(variables: Variables): Catalogue {
  const text = readNamedFile(
    'CXONE_CATALOGUE',
    variables.get('CXONE_CATALOGUE') ?? join(packageRoot(), 'catalogue.json'),
  );
  return checked('CXONE_CATALOGUE', () => catalogueSchema.parse(JSON.parse(text)));
}
