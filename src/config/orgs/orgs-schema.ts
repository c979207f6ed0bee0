import { z } from 'zod';
import { parseDuration } from '../../contract/values/duration.js';
import { isDnsLabel } from '../../sources/http/base-url.js';
import { customReport, dataExtraction } from './csv-sources.js';
import { definitionSchema } from './definition-schema.js';
import {
  ANALYTICS,
  DEFAULT_AFTER_CALL_WORK,
  DEFAULT_API_VERSION,
  DEFAULT_RECONCILE_TOLERANCE,
  isTimeZone,
} from './source.js';

const name = z.string().regex(/^[A-Za-z][\w-]{0,63}$/, 'must be a name of letters, digits, "_" and "-"');
const secretFile = z.string().min(1).describe('A file with the secret alone.');
const address = z.string().describe('https, or http on loopback, without a path.');

const clientCredentials = z.strictObject({
  kind: z.literal('client-credentials').describe('An OAuth client of the analytics API.'),
  baseUrl: address.describe('Where the API is: https, or http on loopback, without a path.'),
  clientId: z.string().min(1).describe('Id of the client or application.'),
  clientSecretFile: secretFile,
});

const accessKey = z.strictObject({
  kind: z.literal('access-key').describe('An access key of real CXone.'),
  issuer: address.meta({ examples: ['https://cxone.niceincontact.com'] }),
  clientId: z.string().min(1).describe('Id of the client or application.'),
  clientSecretFile: secretFile,
  clientAuth: z.enum(['basic', 'post']).default('basic').describe('How the application is registered.'),
  accessKeyId: z.string().min(1).describe('Id of the access key.'),
  accessKeySecretFile: secretFile,
  trustedHosts: z.array(z.string()).optional().describe('Hosts beside the ones of the vendor that tokens may go to.'),
});

const analytics = z.strictObject({ kind: z.literal('analytics').describe('The analytics API.') });

const contacts = z.strictObject({
  kind: z.literal('contacts').describe('Completed contacts, joined into journeys.'),
  apiVersion: z
    .string()
    .regex(/^v\d{1,3}\.0$/, 'must be a version like "v34.0"')
    .default(DEFAULT_API_VERSION)
    .describe('Version of the Reporting API.'),
  definition: definitionSchema.optional().describe('What makes a journey, and how it counts: see docs/journeys.md.'),
  afterCallWork: z
    .enum(['in-total', 'beside-total'])
    .default(DEFAULT_AFTER_CALL_WORK)
    .describe('Whether `totalDurationSeconds` has the after-call work in it.'),
  reconcileTolerance: z
    .number()
    .min(0)
    .max(1)
    .default(DEFAULT_RECONCILE_TOLERANCE)
    .describe("The part of CXone's own sums that may be unexplained without a warning: 0.01 is 1 %."),
});

const GAP_MOST_MS = 3_600_000;

const limits = z.strictObject({
  queriesAtOnce: z.int().min(1).max(1_000).optional().describe('Queries that may run at once.'),
  gap: z
    .string()
    .refine((text) => (parseDuration(text) ?? Infinity) <= GAP_MOST_MS, 'must be a duration up to an hour, like "31 s"')
    .optional()
    .describe('From the answer to one submission to the next submission.'),
  requestsPerMinute: z.int().min(1).max(100_000).optional().describe('Requests of any kind.'),
});

const org = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone')
    .optional()
    .describe('Of requests that name none. Default: UTC.'),
  auth: z.discriminatedUnion('kind', [clientCredentials, accessKey]).describe('How the organisation is reached.'),
  sources: z
    .record(name, z.discriminatedUnion('kind', [analytics, contacts, dataExtraction, customReport]))
    .default({ [ANALYTICS]: { kind: 'analytics' } })
    .describe('Its sources by name. Default: the one named `analytics`.'),
  defaultSource: name.optional().describe('Of requests that name none. Default: the only source.'),
  limits: limits.optional().describe('What all workers together may ask of the organisation. Default: no bound.'),
  destinations: z.array(name).min(1).optional().describe('The destinations that its requests may name. Default: all.'),
});

const EXAMPLE = {
  globex: {
    timeZone: 'America/Chicago',
    auth: {
      kind: 'access-key',
      issuer: 'https://cxone.niceincontact.com',
      clientId: 'journey-metrics@globex',
      clientSecretFile: '/run/secrets/globex-client',
      accessKeyId: 'ABC====',
      accessKeySecretFile: '/run/secrets/globex-key',
    },
    limits: { queriesAtOnce: 1, gap: '31 s', requestsPerMinute: 120 },
    sources: {
      journeys: { kind: 'contacts', definition: { name: 'globex', version: 1, settings: { contained: 'none' } } },
    },
  },
};

/** `CXONE_ORGS_FILE`, as published. */
export const orgsFileSchema = z
  .record(z.string().refine(isDnsLabel, 'must be one DNS label: lower-case letters, digits and "-"'), org)
  .meta({ title: 'CXONE_ORGS_FILE', description: 'The organisations of a worker, by name.', examples: [EXAMPLE] });

export type OrgsInFile = z.output<typeof orgsFileSchema>;
export type OrgInFile = OrgsInFile[string];
