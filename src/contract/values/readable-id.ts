import type { TimeRange } from '../request/backfill.js';

/**
 * A workflow id that a person can read: `journey-acme-20260301T0000Z-20260308T0000Z-1a2b3c4d`. Without Node's crypto, for
 * replayed code, too.
 * @param key what tells it from others of the same window: 8 hex digits
 */
export function readableId(kind: 'journey' | 'backfill', org: string, { from, to }: TimeRange, key: string): string {
  return `${kind}-${org}-${compact(from)}-${compact(to)}-${key}`;
}

function compact(instant: string): string {
  return `${instant.slice(0, 16).replaceAll(/[-:]/g, '')}Z`;
}
