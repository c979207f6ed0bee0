import { z } from 'zod';

/** Of a journey definition as people write it: shapes only, `readDefinition` knows the rules. */
const span = z.union([z.number(), z.string()]).describe('Seconds, or a text as "90 s" or "4 hours".');
const names = (what: string) => z.array(z.string()).optional().describe(`Ids or labels of ${what}.`);

const settings = z.strictObject({
  horizon: z
    .union([span, z.strictObject({ email: span, digital: span, other: span }).partial()])
    .optional()
    .describe('How long after its root a leg may begin.'),
  contained: z
    .union([z.literal('none'), z.array(z.string()).min(1)])
    .optional()
    .describe(
      'Markers of what self-service completes, as "disposition:…" or "entryPoint:…"; "none" without self-service.',
    ),
  shortAbandon: span.optional().describe('"tenant": as CXone flags it; else an abandon within this is short.'),
  shortAbandons: z.enum(['exclude', 'dropped']).optional().describe('What a short abandon counts as.'),
  voicemail: z
    .strictObject({
      counts: z.enum(['unresolved', 'completed', 'dropped']).optional().describe('What it counts as.'),
      queues: names('skills'),
    })
    .optional()
    .describe('How voicemail counts.'),
  callback: z
    .strictObject({
      minTalk: span.optional(),
      notReached: z.enum(['unresolved', 'dropped']).optional().describe('What a failed callback counts as.'),
      queues: names('skills'),
    })
    .optional()
    .describe('How callbacks count.'),
  neverDecides: z
    .strictObject({ queues: names('skills'), entryPoints: names('points of contact') })
    .optional()
    .describe('Legs that decide no outcome.'),
  minTalk: span.optional(),
  escalation: z
    .strictObject({ minSelfService: span.optional(), entryPoints: names('points of contact') })
    .optional()
    .describe('What self-service before an answer makes an escalation.'),
  hours: z
    .union([
      z.literal('all'),
      z.strictObject({
        timeZone: z.string().describe('IANA name.'),
        open: z
          .array(
            z.strictObject({
              days: z.array(z.int()).describe('1 is Monday.'),
              from: z.string().describe('"08:00"'),
              to: z.string().describe('Exclusive, at most "24:00".'),
            }),
          )
          .describe('When it is open.'),
      }),
    ])
    .optional()
    .describe('When the contact centre is open; outside, journeys do not start.'),
});

export const definitionSchema = z
  .strictObject({
    name: z.string().describe('Small letters, digits, points, dashes and underscores.'),
    version: z.int().min(1).describe('Raise it with every change: a change of definition is a new series.'),
    base: z.literal('contact-journey/1').default('contact-journey/1').describe('The rules it is based on.'),
    settings: settings.default({}).describe('What is not set has its default.'),
  })
  .describe('What makes a journey, and how it counts.');
