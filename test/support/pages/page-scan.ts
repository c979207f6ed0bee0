import assert from 'node:assert/strict';
import { scanPage, type ScannedPage } from '../../../src/pages/scan-page.js';
import { ENVELOPE_KEYS, PAGE_KEYS } from './page-documents.js';
import { differenceOf } from './page-oracle.js';

/** A scan for the keys of made pages. */
export function scanMade(page: string | Buffer): ScannedPage | undefined {
  return scanPage(Buffer.from(page), PAGE_KEYS, new Set(ENVELOPE_KEYS));
}

/** The columns of a page that has some. */
export function columnsOf(page: string): NonNullable<ScannedPage['columns']> {
  const columns = scanMade(page)?.columns;
  assert.ok(columns);
  return columns;
}

/** That the scanner says of the page what `JSON.parse` says. */
export function assertAgrees(page: string | Buffer): void {
  const bytes = Buffer.from(page);
  const difference = differenceOf(bytes, scanMade(bytes), PAGE_KEYS, ENVELOPE_KEYS);
  assert.equal(difference, undefined, bytes.subarray(0, 200).toString());
}
