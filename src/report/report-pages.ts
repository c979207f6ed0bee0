import type { RunHandle } from '../client/runs/run-handle.js';
import { gatherReport } from './data/gather-report.js';
import type { ReportSources } from './ports.js';
import { LIVE_SCRIPT } from './page/live-script.js';
import { renderDestinations } from './render-destinations.js';
import { renderOrgs } from './render-orgs.js';
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
  readonly orgs: typeof renderOrgs;
  readonly destinations: typeof renderDestinations;
  readonly liveScript: string;
}

/** On the gateway a window has a page. */
const windowPath = (deliveryId: string): string => `/windows/${deliveryId}`;

export function reportPages(sources: Omit<ReportSources, 'run' | 'windowPath'>): ReportPages {
  return {
    report: async (run, signal) => renderReport(await gatherReport({ run, ...sources, windowPath }, signal)),
    runs: renderRuns,
    coverage: renderCoverage,
    window: renderWindow,
    orgs: renderOrgs,
    destinations: renderDestinations,
    liveScript: LIVE_SCRIPT,
    runUrl: sources.runUrl,
  };
}
