/**
 * What the gateway takes and answers with, once: types are held against these, parameters checked by them, the OpenAPI
 * document made of them. Answers are not checked as they are sent: a test does that, and not at a caller's expense.
 */
import { z } from 'zod';
import { auditListingSchema } from '../../contract/audit-entry.js';
import { namedResultSchema } from '../../contract/result/run-description.js';

const count = z.int().min(0);

export const startedSchema = z
  .object({
    workflowId: z.string().describe('Names the run: /runs/{workflowId}.'),
    runId: z.string().describe('The first run id of its continue-as-new chain.'),
  })
  .meta({ id: 'StartedRun', description: 'A new run, or the existing run of this request.' });

/** The seed's answer, and the result. */
export const finishedSchema = z
  .object({
    status: z.literal('success').describe('Delivered, or found unchanged.'),
    latency: count.describe('Milliseconds from the start of the run to the end of the delivery.'),
    rows: count.describe('Rows in the payload; of an `unchanged` result they were sent before.'),
    stored: z.boolean().describe('Whether an earlier run gave this result: then the source was not read again.'),
    result: namedResultSchema,
  })
  .meta({ id: 'FinishedRun' });

export const auditPageSchema = z
  .object({
    entries: z.array(auditListingSchema).describe('Newest first.'),
    next: z.string().nullable().describe('Address of the next page with older entries; null if there are none.'),
  })
  .meta({ id: 'AuditPage' });
