import { createHash } from 'node:crypto';
import { parseDuration } from '../../contract/values/duration.js';
import type { OrgLimits } from '../../ports/index.js';
import type { AccessKey } from '../../sources/reporting/auth/access-key.js';
import { parseBaseUrl } from '../../sources/http/base-url.js';
import { readNamedFile, type Variables } from '../environment.js';
import { checked, ConfigError } from '../errors.js';
import { parseJsonFile, schemaProblem } from '../files/json-file.js';
import {
  ANALYTICS,
  commonOf,
  definitionOf,
  readCatalogue,
  readSource,
  type DataExtractionConfig,
  type SourceConfig,
} from './source.js';
import { csvProblem, gapMsOf, mappingOf } from './csv-sources.js';
import { orgsFileSchema, type OrgInFile, type OrgsInFile } from './orgs-schema.js';

export interface OrgConfig {
  /** By name. */
  readonly sources: Readonly<Record<string, SourceConfig>>;
  readonly defaultSource: string;
  /** Of requests that name none; absent: UTC. */
  readonly timeZone?: string;
  /** Names of the destinations that its requests may name; absent: all. */
  readonly destinations?: readonly string[];
  readonly limits?: OrgLimits;
  /** Of its credentials: 12 hex digits of a hash. */
  readonly credential: string;
}

export interface OrgsConfig {
  /** Organisation of requests that name none. */
  readonly defaultOrg: string;
  readonly orgs: Readonly<Record<string, OrgConfig>>;
}

const VARIABLE = 'CXONE_ORGS_FILE';

/** The organisation of the environment, and those of `CXONE_ORGS_FILE`. */
export function readOrgs(variables: Variables): OrgsConfig {
  const path = variables.get(VARIABLE);
  const inFile = path === undefined ? {} : readFile(variables, path);
  if (path !== undefined && !variables.isSet('CXONE_CLIENT_ID')) {
    const [first] = Object.keys(inFile);
    const defaultOrg = variables.get('CXONE_ORG_ID') ?? first;
    if (defaultOrg === undefined) throw new ConfigError(VARIABLE, 'names no organisation');
    if (inFile[defaultOrg] === undefined) throw new ConfigError('CXONE_ORG_ID', `is not in ${VARIABLE}: ${defaultOrg}`);
    return { defaultOrg, orgs: inFile };
  }
  const { name: sourceName, source } = readSource(variables);
  if (inFile[source.org] !== undefined) {
    throw new ConfigError(VARIABLE, `names ${source.org}, which CXONE_CLIENT_ID is of: configure it in one place`);
  }
  const own: OrgConfig = {
    defaultSource: sourceName,
    sources: { [sourceName]: source },
    credential: credentialOf(source),
  };
  return { defaultOrg: source.org, orgs: { ...inFile, [source.org]: own } };
}

function readFile(variables: Variables, path: string): Record<string, OrgConfig> {
  const text = readNamedFile(VARIABLE, path);
  const parsed = checked(VARIABLE, () => parseFile(text));
  return Object.fromEntries(Object.entries(parsed).map(([each, facts]) => [each, orgOf(each, facts, variables)]));
}

function parseFile(text: string): OrgsInFile {
  const read = orgsFileSchema.safeParse(parseJsonFile(VARIABLE, text));
  if (read.success) return read.data;
  throw schemaProblem(VARIABLE, text, read.error);
}

function orgOf(each: string, facts: OrgInFile, variables: Variables): OrgConfig {
  const { sources: named, destinations, timeZone } = facts;
  const [only, ...others] = Object.keys(named);
  const defaultSource = facts.defaultSource ?? (others.length === 0 ? only : undefined);
  if (defaultSource === undefined || named[defaultSource] === undefined) {
    throw new ConfigError(VARIABLE, `names no defaultSource for ${each} among its sources`);
  }
  const open = opener(each, facts, variables);
  const sources = Object.fromEntries(Object.entries(named).map(([key, source]) => [key, open(key, source)]));
  return {
    ...{ sources, defaultSource, credential: credentialOf(sources[defaultSource]) },
    ...(timeZone && { timeZone }),
    ...(destinations && { destinations }),
    ...(facts.limits && { limits: limitsOf(facts.limits) }),
  };
}

function limitsOf({ queriesAtOnce, gap, requestsPerMinute }: NonNullable<OrgInFile['limits']>): OrgLimits {
  return {
    ...(queriesAtOnce !== undefined && { queriesAtOnce }),
    ...(gap !== undefined && { gapMs: parseDuration(gap) ?? 0 }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
  };
}

/** Makes the sources of one organisation. Its credentials decide which kinds it may have. */
function opener(
  each: string,
  { auth, limits: allowed }: OrgInFile,
  variables: Variables,
): (key: string, source: OrgInFile['sources'][string]) => SourceConfig {
  const common = {
    org: each,
    ...commonOf(variables),
    ...(allowed?.requestsPerMinute !== undefined && { requestsPerMinute: allowed.requestsPerMinute }),
  };
  const secret = (path: string): string => {
    const text = readNamedFile(VARIABLE, path).trim();
    // Of a file that is being written.
    if (text === '') throw new ConfigError(VARIABLE, `names an empty file for ${each}: ${path}`);
    variables.learn(text);
    return text;
  };
  const clientSecret = secret(auth.clientSecretFile);
  const wrong = (key: string, why: string): ConfigError =>
    new ConfigError(VARIABLE, `has ${each}.sources.${key} ${why}`);
  if (auth.kind === 'client-credentials') {
    const baseUrl = checked(VARIABLE, () => parseBaseUrl(auth.baseUrl));
    return (key, { kind }) => {
      if (kind !== 'analytics') throw wrong(key, `of kind ${kind}, which needs auth of kind access-key`);
      return { kind, ...common, baseUrl, clientId: auth.clientId, clientSecret, catalogue: readCatalogue(variables) };
    };
  }
  const { kind: _, clientSecretFile, accessKeySecretFile, issuer, trustedHosts, ...rest } = auth;
  const key: AccessKey = {
    ...rest,
    issuer: checked(VARIABLE, () => parseBaseUrl(issuer)),
    clientSecret,
    accessKeySecret: secret(accessKeySecretFile),
    ...(trustedHosts && { trustedHosts }),
  };
  return (sourceName, source) => {
    if (source.kind === 'analytics') throw wrong(sourceName, `of kind ${source.kind}, which needs client-credentials`);
    if (sourceName === ANALYTICS)
      throw wrong(sourceName, 'under the name of a source of kind analytics: name it otherwise');
    if (source.kind !== 'contacts') {
      const problem = csvProblem(source);
      if (problem !== undefined) throw wrong(sourceName, problem);
      return csvSource(source, { ...common, accessKey: key, gapMs: gapMsOf(allowed) });
    }
    const definition = definitionOf(VARIABLE, source.definition ?? { name: each, version: 1 });
    return { ...source, ...common, accessKey: key, definition };
  };
}

/** Tells one credential from another, and nothing else. */
function credentialOf(source: SourceConfig | undefined): string {
  const secret =
    source === undefined
      ? []
      : source.kind === 'analytics'
        ? [source.clientId, source.clientSecret]
        : [source.accessKey.clientId, source.accessKey.clientSecret, source.accessKey.accessKeySecret];
  return createHash('sha256').update(JSON.stringify(secret)).digest('hex').slice(0, 12);
}

type CsvInFile = Extract<OrgInFile['sources'][string], { kind: 'data-extraction' | 'custom-report' }>;

function csvSource(
  source: CsvInFile,
  { gapMs, ...common }: Pick<DataExtractionConfig, 'org' | 'ca' | 'network' | 'circuitOpenMs' | 'accessKey' | 'gapMs'>,
): SourceConfig {
  const mapping = mappingOf(source);
  if (source.kind === 'custom-report') {
    const { kind, apiVersion, reportId } = source;
    return { kind, ...common, apiVersion, reportId, mapping };
  }
  const { kind, entity, version, resultHosts } = source;
  return { kind, ...common, entity, version, mapping, gapMs, ...(resultHosts && { resultHosts }) };
}
