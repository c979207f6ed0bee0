/**
 * For workflows on the time-skipping server: their activities have no heartbeat timeout. In skipped time the first
 * heartbeat is easily lost, and an attempt that ended by it was retried for ever, past `scheduleToCloseTimeout`.
 */
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        const { heartbeatTimeout: _, ...options } = input.options;
        return next({ ...input, options });
      },
    },
  ],
});
