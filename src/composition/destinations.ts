import type { Destination as DestinationConfig } from '../config/destinations/destinations.js';
import { openObjectPlace } from '../datasets/objects/open-place.js';
import { createFilesDestination } from '../destinations/files/files-destination.js';
import { createPostgresDestination } from '../destinations/postgres/postgres-destination.js';
import { createWebhookDestination } from '../destinations/webhook/webhook-destination.js';
import type { Ambient, Destination } from '../ports/index.js';

export type OpenDestination = Destination & { close(): Promise<void> };

export interface DestinationWorld {
  readonly ambient: Ambient;
  /** Value of `X-Aggregator-Version`. */
  readonly version: string;
}

/** Every kind of destination, by the word that configuration has for it. A new one is a folder in `destinations/` and a line here. */
export function openDestination(config: DestinationConfig, world: DestinationWorld): OpenDestination {
  switch (config.kind) {
    case 'files': {
      const { place, ...files } = config;
      return createFilesDestination({ ...files, open: () => openObjectPlace(place), ambient: world.ambient });
    }
    case 'postgres':
      return createPostgresDestination(config);
    default: {
      const { kind: _kind, partLimits: limits, ...address } = config;
      return createWebhookDestination({ address, limits, ...world });
    }
  }
}
