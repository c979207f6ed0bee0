import { z } from 'zod';
import { ALERT_EVENTS } from '../../contract/alerts.js';
import { parseDuration } from '../../contract/values/duration.js';

const name = z.string().regex(/^[A-Za-z][\w-]{0,63}$/, 'a receiver is named by letters, digits, "-" and "_"');
const duration = z.string().refine((text) => parseDuration(text) !== undefined, 'must be a duration like "2 hours"');
const times = z.union([z.int().min(1).max(1_000), z.literal('never')]);

const common = {
  url: z.string().optional().describe('Where alerts are sent; https, and public unless `private` is set.'),
  urlFile: z.string().optional().describe('A file with the address, in place of `url`.'),
  events: z.array(z.enum(ALERT_EVENTS)).min(1).optional().describe('Only these events; absent: all.'),
  orgs: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Only alerts of these organisations, and those that concern all; absent: all.'),
  private: z.boolean().default(false).describe('Allows plain http and addresses inside a network.'),
  caFile: z.string().optional().describe('A PEM file with the only authorities trusted.'),
};

const webhookSchema = z.strictObject({
  kind: z.literal('webhook').default('webhook').describe('Signed Standard Webhooks.'),
  ...common,
  secrets: z.array(z.string()).default([]).describe('Keys that sign alerts (Standard Webhooks), each `whsec_…`.'),
  secretsFile: z.string().optional().describe('A file with such keys, separated by white space.'),
});

const slackSchema = z.strictObject({
  kind: z.literal('slack').describe('The shape of an incoming webhook of Slack.'),
  ...common,
});

/** `ALERTS_FILE`: who is told of what. */
export const alertsFileSchema = z
  .strictObject({
    destinations: z
      .record(name, z.union([slackSchema, webhookSchema]))
      .default({})
      .describe('Receivers of alerts, by name.'),
    lateAfter: duration.default('2 hours').describe('How long after it is due, settling included, a window is late.'),
    pauseAfter: z
      .strictObject({
        hour: times.default(24).describe('Of one that starts every hour.'),
        day: times.default(7).describe('Of one that starts every day.'),
        week: times.default(4).describe('Of one that starts every week.'),
        month: times.default(3).describe('Of one that starts every month.'),
      })
      .prefault({})
      .describe('Failed runs in a row after which a schedule is paused, by how often it starts.'),
  })
  .meta({
    title: 'ALERTS_FILE',
    description: 'Who is told of what, and what counts as late or failing.',
    examples: [
      {
        destinations: {
          ops: { url: 'https://ops.example/alerts', secretsFile: '/run/secrets/alerts' },
          chat: {
            kind: 'slack',
            urlFile: '/run/secrets/slack-url',
            events: ['run.failed', 'window.late'],
            orgs: ['acme'],
          },
        },
        lateAfter: '3 hours',
      },
    ],
  });
export type AlertsInFile = z.output<typeof alertsFileSchema>;
