import { z } from 'zod';
import { COMPLETED_OUTCOMES, PHASES } from '../closed-sets.js';
import type { Immutable } from '../immutable.js';

const count = z.int().min(0);

/** Answer of the query `progress`. */
export const progressSchema = z
  .object({
    phase: z.enum(PHASES).describe('What it does now.'),
    polls: count.describe('Polls so far.'),
    nextAt: z
      .string()
      .meta({ examples: ['2026-11-01T00:00:00.000Z'] })
      .exactOptional()
      .describe('When the wait under way ends.'),
    waitingFor: z.string().exactOptional().describe('Why it waits, in a few words.'),
    pages: count.describe('Pages fetched.'),
    rows: count.describe('Rows fetched.'),
    deliveryAttempts: count.describe('Delivery attempts that have been answered.'),
    partsDelivered: count.describe('Parts acknowledged.'),
    parts: count.describe('Parts that there are.'),
    outcome: z.enum(COMPLETED_OUTCOMES).exactOptional().describe('How it ended.'),
  })
  .meta({ id: 'Progress' });
export type Progress = Immutable<z.output<typeof progressSchema>>;
