import { z } from 'zod';
import type { PartLimits } from '../contract/request/request.js';
import { readNamedFile, type Variables } from './environment.js';
import type { Learn } from './learn.js';
import { checked } from './errors.js';
import { learnUrl } from './url-secrets.js';
import { parseDestinationUrl, type WebhookAddress } from '../destinations/webhook/destination-url.js';
import { parseWebhookSecret } from '../destinations/webhook/webhook-secret.js';

/** Where payloads go, by name: requests never hold an address. */
export interface Destination extends WebhookAddress {
  readonly partLimits: PartLimits;
}

/** The destination of `BI_WEBHOOK_URL`, and of requests that name none. */
export const DEFAULT_DESTINATION = 'bi';

const PART_LIMITS: PartLimits = { maxRows: 1_000, maxBytes: 500_000 };

const fileSchema = z.record(
  z.string().regex(/^[A-Za-z][\w-]{0,63}$/),
  z.strictObject({
    url: z.string(),
    secrets: z.array(z.string()).default([]),
    secretsFile: z.string().optional(),
    private: z.boolean().default(false),
    maxRows: z.int().min(1).max(100_000).default(PART_LIMITS.maxRows),
    maxBytes: z.int().min(65_536).max(20_000_000).default(PART_LIMITS.maxBytes),
  }),
);

/** `BI_WEBHOOK_URL` as the destination `bi`, and those of `BI_DESTINATIONS_FILE` (JSON, by name). */
export function readDestinations(variables: Variables): Readonly<Record<string, Destination>> {
  const url = variables.need('BI_WEBHOOK_URL');
  const allowPrivate = variables.get('BI_WEBHOOK_PRIVATE');
  const bi = {
    url: checked('BI_WEBHOOK_URL', () => parseDestinationUrl(url, allowPrivate)),
    secrets: secretsIn('BI_WEBHOOK_SECRET', variables.get('BI_WEBHOOK_SECRET') ?? '', variables.learn),
    allowPrivate,
    partLimits: PART_LIMITS,
  };
  return { ...readFile(variables), [DEFAULT_DESTINATION]: bi };
}

function readFile({ get, learn }: Variables): Record<string, Destination> {
  const name = 'BI_DESTINATIONS_FILE';
  const path = get(name);
  if (path === undefined) return {};
  const text = readNamedFile(name, path);
  const parsed = checked(name, () => fileSchema.parse(JSON.parse(text)));
  const entries = Object.entries(parsed).map(
    ([key, { url, secrets, secretsFile, private: allowPrivate, ...partLimits }]) => {
      learnUrl(url, learn);
      const more = secretsFile === undefined ? '' : readNamedFile(name, secretsFile);
      const destination: Destination = {
        url: checked(name, () => parseDestinationUrl(url, allowPrivate)),
        secrets: secretsIn(name, [...secrets, more].join(' '), learn),
        allowPrivate,
        partLimits,
      };
      return [key, destination] as const;
    },
  );
  return Object.fromEntries(entries);
}

function secretsIn(variable: string, text: string, learn: Learn): readonly string[] {
  const secrets = text.split(/\s+/).filter((secret) => secret !== '');
  secrets.forEach(learn);
  for (const secret of secrets) checked(variable, () => parseWebhookSecret(secret));
  return secrets;
}
