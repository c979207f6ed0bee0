import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type LogLevel,
  type WorkflowBundleOption,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';

/** Where `npm run build` puts the bundle, from the folder of the worker's root. */
export const BUNDLE_FILE = 'workflow-bundle.cjs';

/** Bundles the workflows, in seconds. @param workflowsPath its index; ours, as source or built, unless given */
export function buildWorkflowBundle({
  workflowsPath = ownWorkflows(),
  logLevel = 'WARN',
}: { readonly workflowsPath?: string; readonly logLevel?: LogLevel } = {}): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger(logLevel) });
}

/** The bundle of `npm run build` where there is one beside the worker; from the sources it is made at start. */
export async function workflowCode(): Promise<WorkflowBundleOption> {
  const codePath = fileURLToPath(new URL(`../${BUNDLE_FILE}`, import.meta.url));
  return existsSync(codePath) ? { codePath } : buildWorkflowBundle();
}

function ownWorkflows(): string {
  const index = import.meta.url.endsWith('.ts') ? '../workflows/index.ts' : '../workflows/index.js';
  return fileURLToPath(new URL(index, import.meta.url));
}
