import { fileURLToPath } from 'node:url';
import { IllegalStateError } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger, Runtime, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

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
  return bundleWorkflowCode({
    workflowsPath: workflowsPath ?? fileURLToPath(new URL('../../../src/workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
}
