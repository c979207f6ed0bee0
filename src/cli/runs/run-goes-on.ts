import type { WaitStopped } from '../program/waiting.js';

interface RunIds {
  readonly workflowId: string;
  readonly runId?: string;
}

/** Nobody waits for a run, or a backfill, any more; it goes on all the same. Says how to come back to it. */
export class RunGoesOn extends Error {
  override readonly name = 'RunGoesOn';
  readonly type: 'Timeout' | 'Interrupted';
  /** Lines for a person. */
  readonly hints: readonly string[];

  constructor(
    stopped: WaitStopped,
    readonly run: RunIds,
    commands: 'runs' | 'backfill' = 'runs',
  ) {
    const { workflowId } = run;
    super(`${stopped.message}; the ${commands === 'runs' ? 'run' : 'backfill'} continues: ${workflowId}`, {
      cause: stopped,
    });
    this.type = stopped.reason === 'timeout' ? 'Timeout' : 'Interrupted';
    this.hints = [
      `reattach: journey-metrics ${commands} watch ${workflowId}`,
      `cancel:   journey-metrics ${commands} cancel ${workflowId}`,
    ];
  }
}
