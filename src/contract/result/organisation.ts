/** An organisation as lists show it: who holds its slots, and whether it answers. */
import { z } from 'zod';

const instant = z.string().meta({ examples: ['2026-11-01T00:00:00.000Z'] });

export const organisationSchema = z
  .object({
    org: z.string().describe('The organisation.'),
    credential: z
      .string()
      .nullable()
      .describe('Fingerprint of the credentials that workers have for it: 12 hex digits, no secret.'),
    holders: z
      .array(
        z.object({
          runKey: z.string().describe('The identity of the run.'),
          workflowId: z.string().nullable().describe('The run.'),
          source: z.string().describe('The source that is asked.'),
          since: instant.describe('When it got its turn.'),
          until: instant.describe('When its turn lapses unless it is renewed.'),
          abandoned: z.boolean().describe('The run has ended, and its query may still run at the source.'),
        }),
      )
      .describe('Queries that hold a slot.'),
    waiting: z.int().min(0).describe('Queries that wait for their turn.'),
    circuit: z
      .enum(['closed', 'open'])
      .describe('`open`: the organisation gets no requests, but a probe now and then.'),
    openSince: instant.nullable().describe('Since when the circuit is open.'),
    nextProbe: instant.nullable().describe('When the next probe may go out.'),
    failures: z.int().min(0).describe('Unavailable answers in a row.'),
    lastSuccess: instant.nullable().describe('The last request that had an answer; written a few seconds late.'),
    requestsLastHour: z.int().min(0).describe('Requests of the last hour, of all workers.'),
  })
  .meta({ id: 'Organisation' });
