import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROWS_PER_PAGE = 10_000;
const MODULUS = 2 ** 31;

/**
 * Writes page files: rows of 12 fields, about 330 bytes each, with accents and signs of JSON in their texts, 2 % nulls
 * and 3 % outliers in each rate, and 0.05 % without the second one. The same number of pages is always the same bytes.
 */
export async function writePages(folder: string, pages: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const chance = createChance();
  for (let page = 0; page < pages; page += 1) {
    const data = Array.from({ length: ROWS_PER_PAGE }, (_, index) => rowOf(page * ROWS_PER_PAGE + index, chance));
    const next = page + 1 < pages ? { nextPageToken: `t${page + 1}` } : {};
    const result = { queryId: 'q-1', status: 'COMPLETED', data, totalCount: pages * ROWS_PER_PAGE, ...next };
    await writeFile(join(folder, `page-${String(page).padStart(5, '0')}.json`), JSON.stringify(result));
  }
}

/** Uniform in [0, 1), the same numbers in every run. */
function createChance(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & (MODULUS - 1);
    return state / MODULUS;
  };
}

function rowOf(row: number, chance: () => number): Record<string, unknown> {
  const rates = { journeyCompletionRate: rate(72, chance), journeyDropOffRate: rate(18, chance) };
  const lacksOne = chance() < 0.0005;
  return {
    date: `2026-11-0${1 + (row % 7)}`,
    journeyId: `journey-${String(row % 5_000).padStart(5, '0')}`,
    journeyName: `Réclamation "urgent" },{ n° ${row % 97} & <b>`,
    channel: ['voice', 'chat', 'email', 'sms'][row % 4],
    region: ['EMEA', 'AMER', 'APAC'][row % 3],
    journeyCompletionRate: rates.journeyCompletionRate,
    ...(!lacksOne && { journeyDropOffRate: rates.journeyDropOffRate }),
    executions: Math.floor(chance() * 5_000),
    avgDurationMs: Math.floor(chance() * 900_000),
    lastStep: 'agent-handover',
    sessionId: `s-${row}-${Math.floor(chance() * MODULUS).toString(16)}`,
    note: 'forwarded by IVR after queue timeout',
  };
}

function rate(middle: number, chance: () => number): number | null {
  const kind = chance();
  if (kind < 0.02) return null;
  if (kind < 0.05) return Math.round(chance() * 100_000) / 10;
  return Math.round((middle + (chance() + chance() + chance() - 1.5) * 10) * 10_000) / 10_000;
}
