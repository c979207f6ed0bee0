import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BUDGETS, overBudget } from './budgets.js';
import { show, showNothing } from './progress.js';

/** From stored pages of contacts to rows, in a process that does nothing else. */
export interface JourneyFigures {
  readonly legs: number;
  readonly rows: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssMiB: number;
}

export async function measureJourneys(legs: number): Promise<JourneyFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-metrics-bench-'));
  const run = async (...args: readonly string[]): Promise<string> => {
    const entry = fileURLToPath(new URL('journey-process.ts', import.meta.url));
    return (await promisify(execFile)(process.execPath, ['--import', 'tsx', entry, ...args])).stdout;
  };
  try {
    show('journeys: writing contacts to read');
    await run('pages', folder, String(legs));
    show('journeys: joining');
    return JSON.parse(await run('derive', folder)) as JourneyFigures;
  } finally {
    showNothing();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Memory is judged; time belongs to the machine, and is shown beside its goal. */
export function journeysOverBudget({ peakRssMiB }: JourneyFigures): readonly string[] {
  return overBudget('journeys', { peakRssMiB }, { peakRssMiB: BUDGETS.journeys.peakRssMiB });
}
