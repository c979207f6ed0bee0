import type { JourneyMetricsError } from '../../client.js';
import type { WaitStopped } from './waiting.js';

/** The command was called with something that it cannot work with: a sentence for the person who called it. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The system could not take the bytes of a file: the disk is full, or the folder has gone. Exit code 1. */
export class ExportFailed extends Error {
  override readonly name = 'ExportFailed';
}

/** A run that was waited for has failed. Says where to look. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';

  constructor(
    readonly failure: JourneyMetricsError,
    /** Lines for a person. */
    readonly hints: readonly string[],
  ) {
    super(failure.message, { cause: failure });
  }
}

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
