/** The audit entry, once: written by the workflow, kept by the records, listed by the gateway and the command line. */
import { z } from 'zod';
import { AUDIT_KINDS, READINGS, RUN_OUTCOMES } from './closed-sets.js';
import { FAILURE_TYPES } from './failures.js';
import type { Immutable } from './values/immutable.js';
import { deliverySchema, endedDeliverySchema, rowCountsSchema } from './result/result.js';
import { reportSchema, seriesSchema } from './result/report.js';
import { windowSchema } from './values/window.js';

const instant = z.string().meta({ examples: ['2026-11-01T00:00:00.000Z'] });
const status = z.enum(RUN_OUTCOMES);

/** What a run says of itself when it ends. The first six fields are the seed's. */
const auditEntrySchema = z.object({
  timestamp: instant.describe('When the run ended.'),
  queryId: z.string().nullable().describe('The id that the source gave the query.'),
  latency_ms: z.number().describe('Milliseconds from the start of the run to its end.'),
  accuracy_rate: z.number().nullable().describe('Rows delivered / rows returned × 100.'),
  rows_processed: z.int().min(0).describe('Rows delivered.'),
  status: status.describe('How the run ended.'),
  kind: z
    .enum(AUDIT_KINDS)
    .describe(
      'The kind of entry; `delivery`: one of several deliveries of a run; `refused`: a backfill or upkeep that was ' +
        'refused at its start; `fenced`: `records fence` after a restore; `paused`: a schedule that kept failing.',
    ),
  org: z.string().nullable().describe('The organisation.'),
  credential: z
    .string()
    .optional()
    .describe('Fingerprint of the credentials that the source was asked with: 12 hex digits, no secret.'),
  workflowId: z.string().describe('The run.'),
  runKey: z.string().describe('The identity of its effects.'),
  requester: z.string().describe('The requester; for the gateway, the id of the key.'),
  queryHash: z
    .string()
    .nullable()
    .describe('Hash of the query and processing, without organisation, destination and window.'),
  series: seriesSchema.nullable(),
  report: reportSchema.nullable().describe('What was asked for; null if the run has not got so far.'),
  window: windowSchema.nullable().describe('What was read.'),
  rows: rowCountsSchema.nullable().describe('How many rows there were.'),
  reading: z.enum(READINGS).exactOptional().describe('Whether the rows may still change, where the source says it.'),
  delivery: deliverySchema.nullable().describe('The delivery to the receiver; the first one, if there are several.'),
  deliveries: z
    .array(endedDeliverySchema)
    .exactOptional()
    .describe('Of a run or redelivery: each delivery that ended.'),
  failureType: z.enum(FAILURE_TYPES).nullable().describe('Of a run that failed.'),
  failureMessage: z
    .string()
    .nullable()
    .describe('The same as a sentence; or why there is this entry, where no run wrote it.'),
});
export type AuditEntry = Immutable<z.output<typeof auditEntrySchema>>;

/** An entry as it is hashed: with its place in the trail, its effect id and when Postgres got it. */
const recordedEntrySchema = auditEntrySchema.extend({
  seq: z.int().min(1).describe('Its number in the trail, without gaps.'),
  effectId: z.string().describe('The run or redelivery that this entry is for.'),
  recordedAt: instant.describe('When it was written.'),
});
export type RecordedEntry = Immutable<z.output<typeof recordedEntrySchema>>;

/** An entry as it is listed: everything that it says, and the names that all lists share. */
export const auditListingSchema = recordedEntrySchema
  .extend({
    startedAt: instant.describe('`timestamp` less `latency_ms`.'),
    outcome: status.describe('The same as `status`.'),
    hash: z.string().describe('Link of the chain, 64 hex digits: `journey-metrics audit verify` checks it.'),
  })
  .meta({ id: 'AuditEntry' });
export type AuditListing = Immutable<z.output<typeof auditListingSchema>>;
