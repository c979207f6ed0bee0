import type { WorkerConfig } from '../config/config.js';
import { createWebhookSender } from '../destinations/webhook/webhook-sender.js';
import type { Ambient } from '../ports/index.js';

interface DestinationWorld {
  readonly ambient: Ambient;
  /** Value of `X-Aggregator-Version`. */
  readonly version: string;
}

/** Where results go. Another kind of destination is a folder of `destinations/`, and a line here. */
export function openDestinations(
  destinations: WorkerConfig['destinations'],
  { ambient, version }: DestinationWorld,
): ReturnType<typeof createWebhookSender> {
  return createWebhookSender({ destinations, ambient, version });
}
