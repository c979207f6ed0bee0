import { scanPage } from '../../../src/pages/scan-page.js';
import { Chance } from '../chance.js';
import { ENVELOPE_KEYS, PAGE_KEYS, PageWriter } from './page-documents.js';
import { mutatedPage } from './page-mutations.js';
import { differenceOf, parsedPage } from './page-oracle.js';

export interface FuzzedPage {
  readonly page: Buffer;
  /** `JSON.parse` accepts it. */
  readonly isJson: boolean;
  /** Where the scan says something else than `JSON.parse`. */
  readonly difference: string | undefined;
}

/** Makes the page of this seed and number, always the same, and holds a scan of it against `JSON.parse`. */
export function fuzzPage(seed: string, number: number, scan: typeof scanPage = scanPage): FuzzedPage {
  const chance = new Chance(seed, number);
  const written = Buffer.from(new PageWriter(chance).page());
  const page = chance.odds(1, 3) ? written : mutatedPage(written, chance);
  return { page, isJson: parsedPage(page) !== undefined, difference: differenceIn(page, scan) };
}

function differenceIn(page: Buffer, scan: typeof scanPage): string | undefined {
  try {
    return differenceOf(page, scan(page, PAGE_KEYS, new Set(ENVELOPE_KEYS)), PAGE_KEYS, ENVELOPE_KEYS);
  } catch (error) {
    return `throws ${String(error)}`;
  }
}
