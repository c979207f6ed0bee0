import type { Destination as DestinationConfig } from '../config/destinations.js';
import { createWebhookDestination } from '../destinations/webhook/webhook-destination.js';
import type { Ambient, Destination } from '../ports/index.js';

export type OpenDestination = Destination & { close(): Promise<void> };

export interface DestinationWorld {
  readonly ambient: Ambient;
  /** Value of `X-Aggregator-Version`. */
  readonly version: string;
}

type OpenKind = (config: DestinationConfig, world: DestinationWorld) => OpenDestination;

/** Every kind of destination, by the word that configuration has for it. A new one is a folder in `destinations/` and a line here. */
const KINDS = {
  webhook: ({ partLimits: limits, ...address }, world) => createWebhookDestination({ address, limits, ...world }),
} as const satisfies Readonly<Record<string, OpenKind>>;

export function openDestination(
  config: DestinationConfig,
  world: DestinationWorld,
  kind: keyof typeof KINDS = 'webhook',
): OpenDestination {
  return KINDS[kind](config, world);
}
