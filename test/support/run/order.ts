/** Files that take longest, by parts of their paths, so that the last one to start is a short one. A wrong order costs time only. */
const SLOW: readonly string[] = [
  'faults/network',
  'kills/crash',
  'backfill-kills',
  'records-gone',
  'client-package',
  'gateway-contract',

  'documents/report.test',
  'cli-runs',
  'seed-defects',
  'cancellation',
  'backfill/backfill.test',
  'continue-as-new',
  'cli-backfill',
  'backfill-client',
  'house-schemas',
  'house-imports',
];

export function slowestFirst(files: readonly string[]): readonly string[] {
  const rank = (path: string): number => {
    const known = SLOW.findIndex((part) => path.includes(part));
    return known < 0 ? SLOW.length : known;
  };
  return files.toSorted((one, other) => rank(one) - rank(other));
}
