/** What node's test runner counts, by the names that it prints. */
const NAMES = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo'] as const;
export type Counts = Readonly<Record<(typeof NAMES)[number], number>>;

export const NOTHING: Counts = { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };

/** The spec reporter's last lines on one file: `ℹ pass 12`. */
const SUMMARY = new RegExp(`^ℹ tests \\d+\\n(?:ℹ (?:${NAMES.join('|')}|duration_ms) [\\d.]+\\n)+`, 'm');

/** The numbers of its summary; undefined where there is none, because the process did not come that far. */
export function countsIn(output: string): Counts | undefined {
  const [summary] = SUMMARY.exec(output) ?? [];
  if (summary === undefined) return undefined;
  const countOf = (name: string): number => Number(new RegExp(`^ℹ ${name} (\\d+)$`, 'm').exec(summary)?.[1] ?? 0);
  return { ...NOTHING, ...Object.fromEntries(NAMES.map((name) => [name, countOf(name)])) };
}

/** The output of one file in two: its tests, and what it says again of those that failed. */
export function partsOf(output: string): { readonly tests: string; readonly failures: string } {
  const [tests = '', failures = ''] = output.split(SUMMARY);
  return { tests: tests.trim(), failures: failures.replace(/^\s*✖ failing tests:\s*/, '').trim() };
}

export function sum(all: readonly Counts[]): Counts {
  const totalOf = (name: keyof Counts): number => all.reduce((total, counts) => total + counts[name], 0);
  return { ...NOTHING, ...Object.fromEntries(NAMES.map((name) => [name, totalOf(name)])) };
}

/** As node's own spec reporter ends: CI counts these lines. */
export function summaryOf(counts: Counts, durationMs: number): string {
  return [...NAMES.map((name) => `ℹ ${name} ${counts[name]}`), `ℹ duration_ms ${durationMs.toFixed(0)}`].join('\n');
}
