import type { WaitStopped } from './waiting.js';

interface RunIds {
  readonly workflowId: string;
  readonly runId?: string;
}

/** Nobody waits for a run any more; it goes on all the same. Says how to come back to it. */
export class RunGoesOn extends Error {
  override readonly name = 'RunGoesOn';
  readonly type: 'Timeout' | 'Interrupted';
  /** Lines for a person. */
  readonly hints: readonly string[];

  constructor(
    stopped: WaitStopped,
    readonly run: RunIds,
  ) {
    const { workflowId } = run;
    super(`${stopped.message}; the run goes on: ${workflowId}`, { cause: stopped });
    this.type = stopped.reason === 'timeout' ? 'Timeout' : 'Interrupted';
    this.hints = [
      `reattach: journey-metrics runs watch ${workflowId}`,
      `cancel:   journey-metrics runs cancel ${workflowId}`,
    ];
  }
}
