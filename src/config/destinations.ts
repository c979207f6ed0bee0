import { z } from 'zod';
import type { PartLimits } from '../contract/request/request.js';
import { checked, ConfigError, read, readNamedFile, required, type Env } from './environment.js';
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
export function readDestinations(env: Env): Readonly<Record<string, Destination>> {
  const remedy = 'set the address of the receiver, or use `npm run dev`, which includes one';
  const url = required(env, 'BI_WEBHOOK_URL', remedy);
  const allowPrivate = flag(env, 'BI_WEBHOOK_PRIVATE');
  const bi = {
    url: checked('BI_WEBHOOK_URL', () => parseDestinationUrl(url, allowPrivate)),
    secrets: secretsOf('BI_WEBHOOK_SECRET', read(env, 'BI_WEBHOOK_SECRET')),
    allowPrivate,
    partLimits: PART_LIMITS,
  };
  return { ...readFile(env), [DEFAULT_DESTINATION]: bi };
}

function readFile(env: Env): Record<string, Destination> {
  const name = 'BI_DESTINATIONS_FILE';
  const path = read(env, name);
  if (path === undefined) return {};
  const parsed = checked(name, () => fileSchema.parse(JSON.parse(readNamedFile(name, path))));
  const entries = Object.entries(parsed).map(
    ([key, { url, secrets, secretsFile, private: allowPrivate, ...partLimits }]) => {
      const more = secretsFile === undefined ? '' : readNamedFile(name, secretsFile);
      const destination: Destination = {
        url: checked(name, () => parseDestinationUrl(url, allowPrivate)),
        secrets: secretsOf(name, [...secrets, more].join(' ')),
        allowPrivate,
        partLimits,
      };
      return [key, destination] as const;
    },
  );
  return Object.fromEntries(entries);
}

function secretsOf(variable: string, text = ''): readonly string[] {
  const secrets = text.split(/\s+/).filter((secret) => secret !== '');
  for (const secret of secrets) checked(variable, () => parseWebhookSecret(secret));
  return secrets;
}

function flag(env: Env, name: string): boolean {
  const value = read(env, name) ?? '0';
  if (value !== '0' && value !== '1') throw new ConfigError(name, 'must be 0 or 1');
  return value === '1';
}
