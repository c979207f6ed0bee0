import type { FastifyReply } from 'fastify';

/** Where a run is asked for. Ids are chosen by users: any character may be in them. */
export function runAddress(workflowId: string): string {
  return `/runs/${encodeURIComponent(workflowId)}`;
}

/** The answer that a run is under way, and where. */
export function acceptRun(
  reply: FastifyReply,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): FastifyReply {
  return reply.code(202).header('location', runAddress(workflowId)).send({ workflowId, runId });
}
