import type { FaultPoint } from '../../../simulator/faults/fault.js';
import type { FaultSchedule } from '../../../simulator/faults/named.js';
import type { CsvKind } from '../../support/sources/csv-cell.js';
import { at, type Expected, type Row } from './matrix.js';

/** What Data Extraction is asked: the jobs that run, a job, how it goes, its file; and a custom report, at once. */
export const CSV_PLACES = ['list', 'job', 'look', 'file', 'report'] as const;
export type CsvPlace = (typeof CSV_PLACES)[number];

/** Which request of which kind is struck. */
export const CSV_STRUCK: Readonly<
  Record<CsvPlace, { readonly on: FaultPoint; readonly nth: number; readonly kind: CsvKind }>
> = {
  list: { on: 'jobs', nth: 1, kind: 'data-extraction' },
  job: { on: 'job', nth: 1, kind: 'data-extraction' },
  look: { on: 'jobs', nth: 2, kind: 'data-extraction' },
  file: { on: 'csv', nth: 1, kind: 'data-extraction' },
  report: { on: 'download', nth: 1, kind: 'custom-report' },
};

type Fault = NonNullable<FaultSchedule['script']>[number]['fault'];

export interface CsvFault extends Row<CsvPlace> {
  readonly fault: Fault;
  readonly times: number;
}

const FOR_EVER = 999;
const ended = (ends: Expected['ends'], bound: string, more: Partial<Expected> = {}): Expected => ({
  ends,
  bound,
  ...more,
});
const again = (bound: string): Expected => ended('completed', bound);
const ASKED = ['list', 'look'] as const;
const READ = ['file', 'report'] as const;

const NO_ANSWER: CsvFault['cells'] = {
  ...at(ASKED, again('again after 1–2 s')),
  ...at(READ, again('the file again after 1–2 s, 12 h in all')),
};
const STRANGE: CsvFault['cells'] = {
  ...at(['list', 'job'], ended('MalformedResponse', 'at once')),
  ...at(['look', 'report'], again('read again after 2 s')),
};

export const CSV_KINDS: readonly CsvFault[] = [
  {
    kind: 'reset before the effect',
    fault: 'reset-before',
    times: 1,
    cells: { ...NO_ANSWER, job: again('again after 2 s') },
  },
  {
    kind: 'reset after the effect',
    fault: 'reset-after',
    times: 1,
    cells: { ...NO_ANSWER, job: ended('completed', 'once no job runs: a second one', { orphans: 1 }) },
  },
  {
    kind: 'truncated',
    fault: 'truncated',
    times: 1,
    cells: { ...NO_ANSWER, job: ended('completed', 'once no job runs: a second one', { orphans: 1 }) },
  },
  { kind: 'HTML with 200', fault: 'html', times: 1, cells: { ...STRANGE, file: again('read again after 2 s') } },
  { kind: 'wrong JSON with 200', fault: 'wrong-json', times: 1, cells: STRANGE },
  {
    kind: 'HTML with 200, for ever',
    fault: 'html',
    times: FOR_EVER,
    cells: at(['file', 'report'], ended('MalformedResponse', 'after three readings')),
  },
  { kind: 'redirect', fault: 'redirect', times: 1, cells: STRANGE },
  {
    kind: '401',
    fault: '401',
    times: 1,
    cells: at(['list', 'job', 'look', 'report'], again('one fresh token, at once')),
  },
  {
    kind: '401, for ever',
    fault: '401',
    times: FOR_EVER,
    cells: at(['list', 'job', 'look', 'report'], ended('Unauthorized', 'after one fresh token')),
  },
  {
    kind: '403',
    fault: '403',
    times: 1,
    cells: {
      ...at(['list', 'look', 'report'], ended('Forbidden', 'at once')),
      job: again('after twice the gap: somebody else had a job'),
      file: again('a fresh address, at once'),
    },
  },
  {
    kind: '403, for ever',
    fault: '403',
    times: FOR_EVER,
    cells: {
      job: ended('Forbidden', 'after three refusals while no job runs'),
      file: ended('MalformedResponse', 'after three readings'),
    },
  },
  {
    kind: '404',
    fault: '404',
    times: 1,
    cells: { ...at(['look', 'file'], ended('completed', 'a new job, at once', { generations: 2 })) },
  },
  {
    kind: '429',
    fault: '429',
    times: 1,
    cells: at(['list', 'job', 'look', 'report'], again('again as Retry-After says')),
  },
  {
    kind: '503',
    fault: '503',
    times: 1,
    cells: {
      ...at(['list', 'job', 'look', 'report'], again('again at the cadence of polls')),
      file: again('the file again'),
    },
  },
];
