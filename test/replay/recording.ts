import type { Rig } from '../support/workflow/workflow-rig.js';

/** One way through a workflow; a golden history of it is kept for every version. */
export interface Recording {
  readonly on?: 'dev' | 'time-skipping';
  readonly record: (rig: Rig) => Promise<unknown>;
}
