import { z } from 'zod';
import { COMPLETED_OUTCOMES, PHASES } from '../closed-sets.js';
import type { Immutable } from '../values/immutable.js';

const count = z.int().min(0);

/** Answer of the query `progress`. */
export const progressSchema = z
  .object({
    phase: z.enum(PHASES).describe('The current step.'),
    polls: count.describe('Polls so far.'),
    nextAt: z
      .string()
      .meta({ examples: ['2026-11-01T00:00:00.000Z'] })
      .exactOptional()
      .describe('End of the current wait.'),
    waitingFor: z.string().exactOptional().describe('Reason for the wait.'),
    pages: count.describe('Pages fetched.'),
    rows: count.describe('Rows fetched.'),
    deliveryAttempts: count.describe('Delivery attempts with an answer.'),
    partsDelivered: count.describe('Parts acknowledged.'),
    parts: count.describe('Total number of parts.'),
    outcome: z.enum(COMPLETED_OUTCOMES).exactOptional().describe('How it ended.'),
  })
  .meta({ id: 'Progress' });
export type Progress = Immutable<z.output<typeof progressSchema>>;
