import { MockActivityEnvironment } from '@temporalio/testing';
import type { Ambient } from '../../src/ports/index.js';

/** Runs an activity as a worker would, without a server. */
export function runActivity<Input, Output>(activity: (input: Input) => Promise<Output>, input: Input): Promise<Output> {
  return new MockActivityEnvironment().run(activity, input);
}

/** Time stands still, and chance is in the middle. */
export const STILL: Ambient = { now: () => Date.parse('2026-11-10T00:00:00Z'), random: () => 0.5 };
