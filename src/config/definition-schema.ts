import { z } from 'zod';

/** Of a journey definition as people write it: shapes only, `readDefinition` knows the rules. */
const span = z.union([z.number(), z.string()]).describe('Seconds, or a text as "90 s" or "4 hours".');
const names = z.array(z.string()).describe('Ids or labels.');

const settings = z.strictObject({
  horizon: z.union([span, z.strictObject({ email: span, digital: span, other: span }).partial()]).optional(),
  contained: z
    .union([z.literal('none'), z.array(z.string()).min(1)])
    .optional()
    .describe(
      'Markers of what self-service completes, as "disposition:…" or "entryPoint:…"; "none" without self-service.',
    ),
  shortAbandon: span.optional(),
  shortAbandons: z.enum(['exclude', 'dropped']).optional(),
  voicemail: z
    .strictObject({ counts: z.enum(['unresolved', 'completed', 'dropped']).optional(), queues: names.optional() })
    .optional(),
  callback: z
    .strictObject({
      minTalk: span.optional(),
      notReached: z.enum(['unresolved', 'dropped']).optional(),
      queues: names.optional(),
    })
    .optional(),
  neverDecides: z.strictObject({ queues: names.optional(), entryPoints: names.optional() }).optional(),
  minTalk: span.optional(),
  escalation: z.strictObject({ minSelfService: span.optional(), entryPoints: names.optional() }).optional(),
  hours: z
    .union([
      z.literal('all'),
      z.strictObject({
        timeZone: z.string(),
        open: z.array(z.strictObject({ days: z.array(z.int()), from: z.string(), to: z.string() })),
      }),
    ])
    .optional(),
});

export const definitionSchema = z
  .strictObject({
    name: z.string().describe('Small letters, digits, points, dashes and underscores.'),
    version: z.int().min(1).describe('Raise it with every change: a change of definition is a new series.'),
    base: z.literal('contact-journey/1').default('contact-journey/1'),
    settings: settings.default({}),
  })
  .describe('What makes a journey, and how it counts.');
