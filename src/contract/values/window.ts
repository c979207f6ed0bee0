import { z } from 'zod';
import type { Immutable } from './immutable.js';

const instant = z.string().meta({ examples: ['2026-11-01T00:00:00Z'] });

/** A half-open window `[from, to)`; both are instants in UTC with a literal `Z`. */
export const windowSchema = z.object({
  from: instant.describe('Inclusive, an instant in UTC.'),
  to: instant.describe('Exclusive, an instant in UTC.'),
  timeZone: z.string().describe('IANA name of the zone in which its days and buckets are counted.'),
  label: z.string().meta({
    description: 'Label for people, in that zone; both ends inclusive.',
    examples: ['2026-11-01..2026-11-07'],
  }),
});
export type RunWindow = Immutable<z.output<typeof windowSchema>>;
