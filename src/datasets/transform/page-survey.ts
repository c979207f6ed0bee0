import type { Buckets } from '../../ports/index.js';
import type { DatasetRef } from '../../contract/result/dataset.js';
import type { Completeness, Quality } from '../../contract/result/result.js';
import { createKeyCount } from './key-count.js';
import { createCompletenessCount, NO_BUCKET } from '../../domain/completeness.js';
import { createRowVerification, type RequestedKeys, type RowVerification } from '../../domain/row-verification.js';
import { CONTAINER, MISSING, NULL, NUMERIC_STRING, OTHER, ROUNDED, STRING } from '../../pages/columns.js';
import { withPauses } from '../../pages/pace.js';
import type { FieldCells, TextCells } from '../../pages/columns.js';
import type { FoundShape } from '../../domain/schema-memory.js';
import type { DigestedColumns } from '../../pages/row-digests.js';

const KINDS = 8;

/** What is found in the rows of a dataset, page by page: what is wrong with them, and which buckets they cover. */
export interface PageSurvey {
  add(page: DigestedColumns): void;
  /** Once, after the last page. */
  result(): Promise<{ readonly completeness: Completeness; readonly quality: Quality; readonly shape: FoundShape }>;
}

export function createPageSurvey({ dateKey, metrics, aggregates, buckets, dataset }: SurveyInput): PageSurvey {
  const verification = createRowVerification({ dateKey, metrics });
  verification.repeated(dataset.repeatedRows ?? 0);
  if (dataset.unnamedQuery) verification.unnamed();
  const keys = aggregates ? createKeyCount(dataset.rows) : undefined;
  const completeness = createCompletenessCount(buckets.labels, metrics);
  const fields = new Map<string, FieldCells>();
  return {
    add(page) {
      verification.rows(page.rows);
      keys?.add(page.keys);
      for (const [name, cells] of page.fields) fields.set(name, together(cells, fields.get(name)));
      verification.unstorable(page.unstorable);
      for (const [key, { kinds }] of page.metrics) tallyMetric(verification, key, kinds);
      for (const [key, { kinds }] of page.others) tallyOther(verification, key, kinds);
      const dates = page.texts.get(dateKey);
      if (dates === undefined) return;
      tallyDates(verification, dateKey, dates);
      const ofRows = bucketsOf(dates, buckets, (finding, rows) => {
        verification.found(finding, dateKey, rows);
      });
      completeness.rows(
        ofRows,
        metrics.map((metric) => page.metrics.get(metric)?.values ?? NO_VALUES),
      );
    },
    async result() {
      verification.repeatedKeys(keys === undefined ? 0 : await withPauses(keys.repeated()));
      const shape = { rows: dataset.rows, fields };
      return { completeness: completeness.completeness(), quality: verification.quality(), shape };
    },
  };
}

function together(cells: FieldCells, before: FieldCells | undefined): FieldCells {
  if (before === undefined) return cells;
  return { rows: cells.rows + before.rows, types: [...new Set([...before.types, ...cells.types])].sort() };
}

type SurveyInput = Pick<RequestedKeys, 'dateKey' | 'metrics'> & {
  readonly aggregates: boolean;
  readonly buckets: Buckets;
  /** As it was sealed. */
  readonly dataset: Pick<DatasetRef, 'rows' | 'repeatedRows' | 'unnamedQuery'>;
};

const NO_VALUES = new Float64Array();

function tallyMetric(verification: RowVerification, key: string, kinds: Uint8Array): void {
  const rows = rowsByKind(kinds);
  verification.found('missing', key, rows(MISSING));
  verification.found('null', key, rows(NULL));
  verification.found('numericString', key, rows(NUMERIC_STRING));
  verification.found('rounded', key, rows(ROUNDED));
  verification.found('wrongType', key, rows(STRING) + rows(OTHER) + rows(CONTAINER));
}

/** A dimension may be any scalar. */
function tallyOther(verification: RowVerification, key: string, kinds: Uint8Array): void {
  const rows = rowsByKind(kinds);
  verification.found('missing', key, rows(MISSING));
  verification.found('wrongType', key, rows(CONTAINER));
}

function rowsByKind(kinds: Uint8Array): (kind: number) => number {
  const rows = new Uint32Array(KINDS);
  for (const kind of kinds) rows[kind] = (rows[kind] ?? 0) + 1;
  return (kind) => rows[kind] ?? 0;
}

function tallyDates(verification: RowVerification, dateKey: string, { kinds }: TextCells): void {
  const rows = rowsByKind(kinds);
  verification.found('missing', dateKey, rows(MISSING));
  verification.found('wrongType', dateKey, kinds.length - rows(MISSING) - rows(STRING));
}

/** The bucket of every row. A page has few distinct dates and many rows: each date is looked up once. */
function bucketsOf(
  { kinds, indexes, texts }: TextCells,
  buckets: Buckets,
  found: (finding: 'outside' | 'ambiguous' | 'unreadable', rows: number) => void,
): Int32Array {
  const ofText = texts.map((text) => buckets.indexOf(text));
  const rowsOfText = new Uint32Array(texts.length);
  const ofRows = new Int32Array(kinds.length).fill(NO_BUCKET);
  for (let row = 0; row < kinds.length; row += 1) {
    if (kinds[row] !== STRING) continue;
    const text = indexes[row] ?? 0;
    rowsOfText[text] = (rowsOfText[text] ?? 0) + 1;
    const bucket = ofText[text];
    if (typeof bucket === 'number') ofRows[row] = bucket;
  }
  for (const [text, bucket] of ofText.entries()) {
    if (typeof bucket === 'string') found(bucket, rowsOfText[text] ?? 0);
    else if (buckets.isAmbiguous(texts[text])) found('ambiguous', rowsOfText[text] ?? 0);
  }
  return ofRows;
}
