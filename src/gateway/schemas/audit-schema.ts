import { z } from 'zod';
import { deliverySchema, rowCountsSchema, windowSchema } from '../../contract/result/result-schema.js';
import type { AuditListing } from '../../ports/index.js';

const instant = z.string().meta({ examples: ['2026-11-01T00:00:00.000Z'] });
const status = z.enum(['completed', 'unchanged', 'undelivered', 'failed', 'cancelled', 'terminated', 'timed-out']);

const entrySchema: z.ZodType<Omit<AuditListing, 'failureType'> & { failureType: string | null }> = z
  .object({
    seq: z.int().min(1).describe('Its number in the trail, without gaps.'),
    effectId: z.string().describe('What it is the one entry of.'),
    timestamp: instant.describe('When the run ended.'),
    recordedAt: instant.describe('When it was written.'),
    startedAt: instant.describe('`timestamp` less `latency_ms`.'),
    queryId: z.string().nullable().describe('As the source named the query.'),
    latency_ms: z.number().describe('Milliseconds from the start of the run to its end.'),
    accuracy_rate: z.number().nullable().describe('Rows delivered / rows returned × 100.'),
    rows_processed: z.int().min(0).describe('Rows delivered.'),
    status: status.describe('How the run ended.'),
    outcome: status.describe('The same as `status`.'),
    kind: z.enum(['run', 'redelivery', 'reconciled']).describe('What wrote it.'),
    org: z.string().nullable().describe('The organisation.'),
    workflowId: z.string().describe('The run.'),
    runKey: z.string().describe('The identity of its effects.'),
    requester: z.string().describe('Who asked: here the id of a key.'),
    queryHash: z.string().nullable().describe('What was asked, without organisation, destination and window.'),
    window: windowSchema.nullable().describe('What was read.'),
    rows: rowCountsSchema.nullable().describe('How many rows there were.'),
    delivery: deliverySchema.nullable().describe('How it reached the receiver.'),
    failureType: z.string().nullable().describe('Of a run that failed.'),
    failureMessage: z.string().nullable().describe('The same as a sentence.'),
    hash: z.string().describe('Link of the chain, 64 hex digits: `journey-metrics audit verify` checks it.'),
  })
  .meta({ id: 'AuditEntry' });

export const auditPageSchema = z
  .object({
    entries: z.array(entrySchema).readonly().describe('Newest first.'),
    next: z.string().nullable().describe('Address of the entries before these; null where there are none.'),
  })
  .meta({ id: 'AuditPage' });
