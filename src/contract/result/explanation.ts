/** Why the figures of a day are what they are: what `explain --json` prints and `GET /explain` sends. */
import { z } from 'zod';
import { CAUSES } from '../closed-sets.js';
import type { Immutable } from '../values/immutable.js';
import { windowSchema } from '../values/window.js';
import { reportSchema, seriesSchema } from './report.js';

const instant = z.string().meta({ examples: ['2026-10-04T05:12:00Z'] });
const revision = z.int().min(1).describe('1, 2, 3, …');

const countedSchema = z.object({
  revision,
  readAt: instant.describe('When its rows were read.'),
  deliveredAt: instant.describe('When the destination had it.'),
  rows: z.int().min(0).nullable().describe('Its rows.'),
  workflowId: z.string().nullable().describe('The run that read it first.'),
});

const contactSchema = z.object({
  cause: z.enum(CAUSES).describe('As in `causes`.'),
  contactId: z.string().describe('To look up in CXone.'),
  journeyId: z.string().describe('Contact id of the root of its journey.'),
  start: instant.describe('When the journey began.'),
});

const causeSchema = z.object({
  cause: z
    .enum(CAUSES)
    .describe(
      '`late-legs`: contacts that the source did not have yet. `settled`: journeys that were open. `source-changed`: ' +
        'contacts or rows of which the source says something else now, or nothing. `repaired`: rows that were lost, ' +
        'or read or made wrongly, before.',
    ),
  count: z
    .int()
    .min(0)
    .nullable()
    .describe('Contacts, journeys or rows; null if the rows before were already deleted.'),
});

const changeSchema = z.object({
  revision,
  readAt: instant.describe('When its rows were read.'),
  deliveredAt: instant.nullable().describe('When the destination had it; null if it never had.'),
  causes: z
    .array(causeSchema)
    .nullable()
    .describe('Why it differs from the revision before, over its whole window; null if this was not kept.'),
  contacts: z
    .array(contactSchema)
    .describe('Contacts that made the difference, of journeys of this date; at most 2,000.'),
  contactsState: z
    .enum(['kept', 'deleted', 'none'])
    .describe(
      '`deleted`: their list was deleted after LEG_RETENTION. `none`: rows were not made of contacts, or none changed.',
    ),
});

const explainedDeliverySchema = z.object({
  destination: z.string().describe('Name of the destination.'),
  deliveryId: z.string().describe('Identity of the delivery.'),
  window: windowSchema.describe('The window that has the date.'),
  counted: countedSchema
    .nullable()
    .describe('The revision that counted at `asOf`; without it the first one. Null if none was delivered by then.'),
  current: countedSchema.nullable().describe('The revision that counts now; null if none was delivered.'),
  countsNow: z.boolean().describe('False if another window of the series, delivered later, has this time.'),
  changes: z.array(changeSchema).describe('Every revision after `counted`, oldest first.'),
});
export type ExplainedDelivery = Immutable<z.output<typeof explainedDeliverySchema>>;

export const explanationSchema = z
  .object({
    org: z.string().describe('The organisation.'),
    series: seriesSchema,
    source: z.string().describe('Name of the source.'),
    report: reportSchema.nullable().describe('What the series asks for.'),
    date: z.string().describe('The day, in the zone of the series.'),
    timeZone: z.string().describe('The zone of the series.'),
    asOf: instant.nullable().describe('The instant that was asked for; of a day its end. Null if none was.'),
    deliveries: z.array(explainedDeliverySchema).describe('By destination and window.'),
  })
  .meta({ id: 'Explanation' });
export type Explanation = Immutable<z.output<typeof explanationSchema>>;
