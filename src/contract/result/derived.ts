import { z } from 'zod';

/** What is known of rows that a source derived, beside the rows. */
export const derivedFactsSchema = z
  .strictObject({
    definition: z.string().meta({ description: 'Name and version of the definition.', examples: ['globex/1'] }),
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
  })
  .meta({ id: 'DerivedFacts', description: 'How journeys were made of contacts.' });

export type DerivedFacts = z.infer<typeof derivedFactsSchema>;
