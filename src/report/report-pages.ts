import type { RunHandle } from '../client/runs/run-handle.js';
import { gatherReport } from './data/gather-report.js';
import type { ReportSources } from './ports.js';
import { renderReport } from './render-report.js';
import { renderCoverage } from './render-coverage.js';
import { renderRuns } from './render-runs.js';
import { renderWindow } from './render-window.js';

/** The pages as a server gives them: gathered and rendered when they are asked for. */
interface ReportPages extends Pick<ReportSources, 'runUrl'> {
  report(run: RunHandle, signal: AbortSignal): Promise<string>;
  readonly runs: typeof renderRuns;
  readonly coverage: typeof renderCoverage;
  readonly window: typeof renderWindow;
}

export function reportPages(sources: Omit<ReportSources, 'run'>): ReportPages {
  return {
    report: async (run, signal) => renderReport(await gatherReport({ run, ...sources }, signal)),
    runs: renderRuns,
    coverage: renderCoverage,
    window: renderWindow,
    runUrl: sources.runUrl,
  };
}
