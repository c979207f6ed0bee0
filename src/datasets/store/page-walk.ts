import { setImmediate } from 'node:timers/promises';
import type { ManifestPage } from './dataset-pages.js';

/** A page, and the number of its first row among those of all pages. */
export interface PlacedPage extends ManifestPage {
  readonly first: number;
}

export function placed(pages: readonly ManifestPage[]): readonly PlacedPage[] {
  let rows = 0;
  return pages.map((page) => {
    const first = rows;
    rows += page.rows;
    return { ...page, first };
  });
}

/** Reads the pages in order, one at a time. Between two of them others get their turn, and a cancellation is heard. */
export async function* inTurn<Found extends object>(
  pages: readonly PlacedPage[],
  read: (page: PlacedPage) => Promise<Found>,
  signal: AbortSignal,
): AsyncGenerator<Found & { readonly page: PlacedPage }> {
  for (const page of pages) {
    yield { ...(await read(page)), page };
    await setImmediate();
    signal.throwIfAborted();
  }
}
