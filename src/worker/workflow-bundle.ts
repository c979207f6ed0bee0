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

export interface BundleOptions {
  /** The index of the workflows; ours, as source or built, unless given. */
  readonly workflowsPath?: string;
  readonly logLevel?: LogLevel;
  /** Modules of workflow interceptors, by path. */
  readonly interceptorModules?: readonly string[];
}

/** Bundles the workflows. This takes seconds. */
export function buildWorkflowBundle({
  workflowsPath = ownWorkflows(),
  logLevel = 'WARN',
  interceptorModules = [],
}: BundleOptions = {}): Promise<WorkflowBundleWithSourceMap> {
  const logger = new DefaultLogger(logLevel);
  return bundleWorkflowCode({
    workflowsPath,
    payloadConverterPath: ownWorkflows('payloads'),
    workflowInterceptorModules: [...interceptorModules],
    logger,
    // Every cached run evaluates each module of its own, so ours are one. The map needs no second copy of the sources.
    webpackConfigHook: (config) => ({
      ...config,
      devtool: 'inline-nosources-source-map',
      optimization: { ...config.optimization, concatenateModules: true },
    }),
  });
}

/** The bundle of `npm run build` where there is one beside the worker; from the sources it is made at start. */
export async function workflowCode(): Promise<WorkflowBundleOption> {
  const codePath = fileURLToPath(new URL(`../${BUNDLE_FILE}`, import.meta.url));
  return existsSync(codePath) ? { codePath } : buildWorkflowBundle();
}

function ownWorkflows(module = 'index'): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`../workflows/${module}.${extension}`, import.meta.url));
}
