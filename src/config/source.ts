import { join } from 'node:path';
import { z } from 'zod';
import type { Catalogue } from '../ports/index.js';
import { defaultBaseUrl } from '../sources/http/base-url.js';
import { readNamedFile, type Variables } from './environment.js';
import { checked } from './errors.js';
import { packageRoot } from './places.js';

export interface SourceConfig {
  readonly org: string;
  readonly baseUrl: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly ca?: string;
  readonly catalogue: Catalogue;
  /** How long an organisation is left alone after five failures in a row (502, 503, 504, broken exchanges). */
  readonly circuitOpenMs: number;
}

export function readSource(variables: Variables): SourceConfig {
  const org = variables.need('CXONE_ORG_ID');
  const caFile = variables.get('CXONE_CA_FILE');
  return {
    org,
    baseUrl: variables.get('CXONE_BASE_URL') ?? defaultBaseUrl(org),
    clientId: variables.need('CXONE_CLIENT_ID'),
    clientSecret: variables.need('CXONE_CLIENT_SECRET'),
    ...(caFile !== undefined && { ca: readNamedFile('CXONE_CA_FILE', caFile) }),
    catalogue: readCatalogue(variables.get('CXONE_CATALOGUE') ?? join(packageRoot(), 'catalogue.json')),
    circuitOpenMs: variables.get('CXONE_CIRCUIT_OPEN'),
  };
}

const names = z.array(z.string().min(1)).min(1);
const catalogueSchema = z.strictObject({ reportTypes: names, metrics: names, dimensions: names });

function readCatalogue(path: string): Catalogue {
  const text = readNamedFile('CXONE_CATALOGUE', path);
  return checked('CXONE_CATALOGUE', () => catalogueSchema.parse(JSON.parse(text)));
}
