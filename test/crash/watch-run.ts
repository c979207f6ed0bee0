import type { Payload, PayloadCodec } from '@temporalio/common';
import type { ActivityInterceptorsFactory, WorkerOptions } from '@temporalio/worker';
import type { Reach } from './strike.js';

/** Points between a run and Temporal. */
export function watchRun(options: WorkerOptions, reach: Reach): WorkerOptions {
  const activity = [...(options.interceptors?.activity ?? []), nextExecutions(reach)];
  return {
    ...options,
    interceptors: { ...options.interceptors, activity },
    dataConverter: { ...options.dataConverter, payloadCodecs: [statesOnTheirWay(reach)] },
  };
}

/** Changes nothing. Sees the arguments of continue-as-new when they leave the process: nothing else holds the state of a run. */
function statesOnTheirWay(reach: Reach): PayloadCodec {
  const unchanged = (payloads: Payload[]): Promise<Payload[]> => Promise.resolve(payloads);
  return {
    decode: unchanged,
    encode(payloads) {
      if (payloads.some(({ data }) => data && Buffer.from(data).includes('"startedAtMs":')))
        reach('continue-as-new-decided');
      return unchanged(payloads);
    },
  };
}

/** Sees the first step of an execution that followed on another one here. */
function nextExecutions(reach: Reach): ActivityInterceptorsFactory {
  let runId: string | undefined;
  return ({ info }) => ({
    inbound: {
      execute(input, next) {
        if (runId !== undefined && info.workflowExecution?.runId !== runId) reach('continue-as-new-begun');
        runId = info.workflowExecution?.runId;
        return next(input);
      },
    },
  });
}
