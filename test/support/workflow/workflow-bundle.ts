import { fileURLToPath } from 'node:url';
import { IllegalStateError } from '@temporalio/common';
import { DefaultLogger, Runtime, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { buildWorkflowBundle as buildBundle } from '../../../src/worker/workflow-bundle.js';
import { readBundle, sharedServers } from '../shared-servers.js';

const WITHOUT_HEARTBEATS = fileURLToPath(new URL('without-heartbeats.ts', import.meta.url));

/** Keeps the core and webpack quiet; must come before anything else that touches the SDK's native part. */
export function quietRuntime(): void {
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
    });
  } catch (error) {
    // A second server in one test file: the first one has seen to it.
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

/** The workflows as a worker gets them: those that all files share, or built now, which takes seconds. */
export async function workflowBundle(time: 'real' | 'skipped' = 'real'): Promise<WorkflowBundleWithSourceMap> {
  const shared = sharedServers();
  if (shared !== undefined) return readBundle(time === 'real' ? shared.bundles.product : shared.bundles.skippedTime);
  return time === 'real' ? buildWorkflowBundle() : bundleForSkippedTime();
}

export function buildWorkflowBundle(workflowsPath?: string): Promise<WorkflowBundleWithSourceMap> {
  return buildBundle({ logLevel: 'ERROR', ...(workflowsPath !== undefined && { workflowsPath }) });
}

/** The same workflows, whose activities cannot lose a heartbeat. */
export function bundleForSkippedTime(): Promise<WorkflowBundleWithSourceMap> {
  return buildBundle({ logLevel: 'ERROR', interceptorModules: [WITHOUT_HEARTBEATS] });
}
