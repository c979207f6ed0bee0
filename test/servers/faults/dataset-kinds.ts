import type { Row } from './matrix.js';

/** Steps that use the dataset store. `page` is the second page of a result. */
export const STORE_STEPS = ['page', 'transform', 'deliver'] as const;
export type StoreStep = (typeof STORE_STEPS)[number];

export interface DatasetKind extends Row<StoreStep> {
  readonly harm: 'full' | 'unreadable' | 'missing' | 'altered';
}

const MENDED = { ends: 'completed', bound: 'again after 1–60 s, 12 h in all' } as const;
const WAITED = { page: MENDED, transform: MENDED, deliver: MENDED };
const EXPIRED = { ends: 'DatasetExpired', bound: 'at once' } as const;
/** What `transform` reads is a sidecar, which only says faster what the page says. */
const SCANNED_AGAIN = { ends: 'completed', bound: 'at once: the page is scanned again' } as const;
const CORRUPT = { ends: 'DatasetCorrupt', bound: 'at once' } as const;

export const DATASET_KINDS: readonly DatasetKind[] = [
  { kind: 'full', harm: 'full', cells: WAITED },
  { kind: 'unreadable', harm: 'unreadable', cells: WAITED },
  {
    kind: 'missing',
    harm: 'missing',
    cells: {
      page: { ends: 'completed', bound: 'read again from the first page' },
      transform: SCANNED_AGAIN,
      deliver: EXPIRED,
    },
  },
  { kind: 'altered', harm: 'altered', cells: { page: CORRUPT, transform: SCANNED_AGAIN, deliver: CORRUPT } },
];
