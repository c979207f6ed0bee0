import { z } from 'zod';

const contacts = z.int();

/** From what CXone says was offered to our journeys: the lines add up, the last is what nothing explains. */
const reconciledSchema = z.strictObject({
  state: z.literal('reconciled'),
  offered: contacts.describe('Contacts offered to skills in the window, by `skills/summary`.'),
  transfers: contacts.describe('Offered again within a journey: taken off, so at most 0, as the next five.'),
  refused: contacts.describe('Refused by an agent: taken off.'),
  otherDay: contacts.describe('Of journeys that began before the window, or of none: taken off.'),
  shortAbandons: contacts.describe('Left out by the definition: taken off.'),
  outsideHours: contacts.describe('Left out by the opening hours: taken off.'),
  outbound: contacts.describe('Outbound: taken off.'),
  neverQueued: contacts.describe('Journeys that no skill was offered: added.'),
  journeys: contacts.describe('Journeys started in the window, without the filter of the request.'),
  unexplained: contacts.describe('What the lines before do not explain.'),
  beyondTolerance: z.boolean().describe('Whether that is more of `offered` than `reconcileTolerance` allows.'),
});

const notReconciledSchema = z.strictObject({
  state: z.literal('not reconciled'),
  reason: z.string().describe('Why: the tenant refused the summary, or the window has not ended.'),
});

export const reconciliationSchema = z
  .discriminatedUnion('state', [reconciledSchema, notReconciledSchema])
  .meta({ id: 'Reconciliation', description: "The journeys held against CXone's own sums." });
export type Reconciliation = z.infer<typeof reconciliationSchema>;

/** What is known of rows that a source derived, beside the rows. */
export const derivedFactsSchema = z
  .strictObject({
    definition: z.string().meta({ description: 'Name and version of the definition.', examples: ['globex/1'] }),
    apiVersion: z.string().exactOptional().describe('Version of the API that contacts were read from.'),
    state: z
      .enum(['provisional', 'final'])
      .describe('`provisional`: not all horizons of the window had passed, so its rows may still change.'),
    openJourneys: z.int().min(0).describe('Journeys whose horizon had not passed when they were read.'),
    legs: z.int().min(0).describe('Contacts that begin in the window.'),
    orphans: z.int().min(0).describe('Of these, contacts whose journey was not found. They are in no row.'),
    suspectedSplits: z
      .int()
      .min(0)
      .describe(
        'Of these, contacts that were transferred and are their own master: CXone may have cut a journey in two.',
      ),
    dataFrom: z
      .string()
      .exactOptional()
      .describe(
        'The first day of which CXone has contacts, where the window reaches before it: those buckets have no row.',
      ),
    reconciliation: reconciliationSchema.exactOptional().describe('In results and reports, not in payloads.'),
  })
  .meta({ id: 'DerivedFacts', description: 'How journeys were made of contacts.' });

export type DerivedFacts = z.infer<typeof derivedFactsSchema>;

/** What is kept beside derived rows for people who look into them: found through the manifest of the run's rows. */
export interface JourneyFindings {
  /** The definition in sentences. */
  readonly definition: readonly string[];
  readonly outcomes: readonly {
    readonly outcome: string;
    /** What it counts as. */
    readonly outcomeClass: string;
    readonly journeys: number;
    /** Ids of some roots, to be looked up in CXone. */
    readonly contactIds: readonly string[];
  }[];
  readonly buckets: readonly {
    readonly bucket: string;
    readonly open: number;
    readonly outcomes: Readonly<Partial<Record<string, number>>>;
  }[];
  /** Offered by CXone's sums and by our count; the largest difference first. */
  readonly queues: readonly {
    readonly id: string | null;
    readonly label: string | null;
    readonly offered: number;
    readonly counted: number;
    readonly difference: number;
  }[];
}
