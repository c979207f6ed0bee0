import { IllegalStateError } from '@temporalio/common';
import { DefaultLogger, Runtime, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { buildWorkflowBundle as buildBundle } from '../../../src/worker/workflow-bundle.js';

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

/** The workflows as a worker gets them. Takes seconds: build it once a file. */
export function buildWorkflowBundle(workflowsPath?: string): Promise<WorkflowBundleWithSourceMap> {
  return buildBundle({ logLevel: 'ERROR', ...(workflowsPath !== undefined && { workflowsPath }) });
}
