import type { SourceQuery } from '../../src/contract/request/request.js';

/** Values of each dimension, as a European contact centre might have them. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  journeyId: [
    'onboarding',
    'billing-dispute',
    'claim',
    'cancellation',
    'upgrade',
    'password-reset',
    'delivery',
    'renewal',
  ],
  journeyVersion: ['v1', 'v2', 'v3'],
  stepId: ['greet', 'identify', 'qualify', 'resolve', 'confirm', 'survey'],
  channel: ['voice', 'chat', 'email', 'sms', 'whatsapp'],
  region: ['EMEA', 'Amériques', 'APAC'],
  segment: ['Privatkunden', 'Geschäftskunden', 'VIP "Gold"'],
  language: ['English', 'Deutsch', 'Français', 'Español', '日本語'],
  queue: ['1st {level}', '2nd {level}', 'Rückruf'],
};

/** Text that breaks code which builds or scans JSON, CSV or logs by hand. */
export const ODD_NAMES = [
  'Réclamation "VIP" {niveau 2}',
  'Kündigung [B2B] \\ Rückgewinnung',
  '返品 🛒 {"nextPageToken":"no","data":[1,2]}',
  'línea 1\nlínea 2\u2028fin, y "más"',
] as const;

/** The values of a dimension that the query's filter leaves: `{ channel: 'voice' }` or `{ channel: ['voice', 'chat'] }`. */
export function valuesOf(dimension: string, filter: SourceQuery['filter']): readonly string[] {
  const values = VALUES[dimension] ?? [`${dimension} A`, `${dimension} B`, `${dimension} C`];
  const wanted = filter[dimension];
  if (wanted === undefined) return values;
  const list: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
  return values.filter((value) => list.includes(value));
}

/** The `index`-th value; beyond those there are, as many more as it takes: `claim`, …, `claim-2`, …, `claim-3`. */
export function valueAt(values: readonly string[], index: number): string {
  const value = values[index % values.length] ?? '';
  const round = Math.floor(index / values.length);
  return round === 0 ? value : `${value}-${round + 1}`;
}
