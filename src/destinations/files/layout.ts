import type { WindowAt } from '../../ports/index.js';

export const FILE_FORMATS = ['parquet', 'csv', 'ndjson'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export const MANIFEST = '_manifest.json';
export const CURRENT = '_current.json';

type Windowed = Omit<WindowAt, 'deliveryId'>;

/** The folder of a series: `org=acme/source=journeys/series=0123456789abcdef`. */
export function seriesFolder({ org, report, series }: Windowed): string {
  return `org=${org}/source=${report.source}/series=${series}`;
}

/** The folder of a window: `…/window=20261101T0000Z-20261108T0000Z`. */
export function windowFolder(revision: Windowed): string {
  const { from, to } = revision.window;
  return `${seriesFolder(revision)}/${windowName(from, to)}`;
}

function windowName(from: string, to: string): string {
  return `window=${compact(from)}-${compact(to)}`;
}

/** `revision=000002` */
export function revisionName(revision: number): string {
  return `revision=${String(revision).padStart(6, '0')}`;
}

/** The number in the name of a folder; undefined where the folder is not ours. */
export function revisionIn(name: string): number | undefined {
  const digits = /^revision=(\d{6,})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Bounds of the window that a folder is named after. */
export function windowIn(name: string): { readonly from: number; readonly to: number } | undefined {
  const [, from, to] = /^window=(\d{8}T\d{4,6}Z)-(\d{8}T\d{4,6}Z)$/.exec(name) ?? [];
  return from === undefined || to === undefined ? undefined : { from: instantIn(from), to: instantIn(to) };
}

/** As workflow ids have it; with seconds only where there are some. */
function compact(instant: string): string {
  const text = new Date(instant).toISOString();
  const seconds = text.slice(17, 19);
  return `${text.slice(0, 16).replaceAll(/[-:]/g, '')}${seconds === '00' ? '' : seconds}Z`;
}

function instantIn(text: string): number {
  const [, year, month, day, hour, minute, second = '00'] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?Z$/.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
