import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor, type ConnectionOptions } from '@temporalio/client';

/** Anyone who waits at the other end of an HTTP request is told soon that Temporal is away. */
const CALL_WITHIN_MS = 5_000;
/** Temporal itself ends a long poll after 20 s, and is asked again. */
const LONG_POLL_WITHIN_MS = 40_000;
const LONG_POLL = '/GetWorkflowExecutionHistory';
/** gRPC itself would leave a server alone for up to two minutes after an outage. */
const RECONNECT_WITHIN_MS = 2_000;
/** In about a second: a connection that broke is made again by then, a server that restarts is not waited for. */
const ATTEMPTS = 4;

/** Options of a connection to Temporal on which no call takes long, whatever Temporal does: not even one that hangs. */
export function boundedConnection(options: ConnectionOptions, now: () => number): ConnectionOptions {
  const retried = makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: ATTEMPTS }));
  // One deadline for all attempts of a call.
  const bounded: typeof retried = (call, next) => {
    const ms = call.method_definition.path.endsWith(LONG_POLL) ? LONG_POLL_WITHIN_MS : CALL_WITHIN_MS;
    return retried({ ...call, deadline: call.deadline ?? now() + ms }, next);
  };
  const channelArgs = { ...options.channelArgs, 'grpc.max_reconnect_backoff_ms': RECONNECT_WITHIN_MS };
  return { ...options, channelArgs, interceptors: [bounded] };
}
