import { z } from 'zod';
import type { Immutable } from '../values/immutable.js';
import { windowSchema } from '../values/window.js';
import { GRAINS } from '../closed-sets.js';
import { blobSchema } from './blob-ref.js';
import { derivedFactsSchema } from './derived.js';
import { reportSchema } from './report.js';
import { completenessSchema, outliersSchema, qualitySchema, rowCountsSchema, samplingSchema } from './result.js';

/** What is stored of a revision for a destination that takes rows: which rows they are, and what was found in them. */
export const rowsNoteSchema = z.object({
  version: z.literal(1),
  kind: z.literal('rows'),
  header: z.object({
    deliveryId: z.string(),
    revision: z.int(),
    timestamp: z.string(),
    org: z.string(),
    queryId: z.string(),
    series: z.string(),
    report: reportSchema.extend({ filter: z.record(z.string(), z.unknown()) }),
    window: windowSchema,
    rows: rowCountsSchema,
    completeness: completenessSchema,
    outliers: outliersSchema,
    sampling: samplingSchema,
    quality: qualitySchema,
    journeys: derivedFactsSchema.exactOptional(),
  }),
  /** What is delivered in place of the rows. */
  grain: z.enum(GRAINS).exclude(['rows']).exactOptional(),
  /** The output manifest: names the rows. */
  output: blobSchema,
});
export type RowsNote = Immutable<z.output<typeof rowsNoteSchema>>;
