import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { RunHandle } from '../../client.js';
import { answerLife } from '../http/answer-life.js';
import { answers } from '../http/answers.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { resultUnlessAborted } from '../runs/await-run.js';
import { findRun } from '../runs/find-run.js';
import { runParameters } from '../http/parameters.js';
import { principalOf } from '../access/principal.js';
import { runDocument } from '../runs/run-document.js';

const LOOK_EVERY_MS = 1_000;
/** Proxies take what is silent for dead. */
const HEARTBEAT_MS = 15_000;
/** How long a browser waits before it connects again. */
const RECONNECT_MS = 2_000;
/** Id of the last event: who has seen it is told to come back no more. */
const LAST_ID = 'end';

const headersSchema = z.object({
  'last-event-id': z.string().optional().describe(`Sent by browsers that connect again: \`${LAST_ID}\` ends that.`),
});

const stream = z.string().meta({
  description: 'Events `progress` (as in a run) as it changes, then one event `end` with the run, and the stream ends.',
  examples: ['event: progress\ndata: {"phase":"waiting","polls":3}\n\n'],
});

/** `GET /runs/{id}/events`: server-sent events until the run has ended. */
export function runEventsRoute(app: Gateway, { client, places, stopping, now }: GatewayParts): void {
  app.route({
    method: 'GET',
    url: '/runs/:workflowId/events',
    exposeHeadRoute: false,
    config: { scope: 'runs:read' },
    schema: {
      operationId: 'watchRun',
      summary: 'The progress of a run, as server-sent events',
      params: runParameters,
      headers: headersSchema,
      response: answers(
        {
          200: { description: 'Until the run has ended.', content: { 'text/event-stream': { schema: stream } } },
          204: z.undefined().describe('The end was seen before.'),
        },
        ['RunNotFound', 'TemporalUnavailable'],
      ),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { run } = await findRun(client, principal, request.params.workflowId);
      if (request.headers['last-event-id'] === LAST_ID) return reply.code(204).send();
      const life = answerLife(reply, { stopping });
      places.require(principal.id, life);
      void reply.type('text/event-stream').header('x-accel-buffering', 'no');
      return reply.send(Readable.from(eventsOf(run, life, now), { objectMode: false }));
    },
  });
}

async function* eventsOf(run: RunHandle, life: AbortSignal, now: () => number): AsyncGenerator<string> {
  yield `retry: ${RECONNECT_MS}\n\n`;
  const end = watchEnd(run, life);
  let shown = '';
  let sentAt = now();
  while (!end.reached) {
    // Without a worker, or without Temporal, there is nothing new to say.
    const progress = await run.progress({ signal: life }).catch(() => undefined);
    const data = progress === undefined ? shown : JSON.stringify(progress);
    const text = data !== shown ? eventText('progress', data) : now() - sentAt >= HEARTBEAT_MS ? ':\n\n' : undefined;
    if (text !== undefined) {
      yield text;
      shown = data;
      sentAt = now();
    }
    await Promise.race([end.promise, sleep(LOOK_EVERY_MS, undefined, { signal: life }).catch(() => undefined)]);
  }
  if (life.aborted) return;
  const document = await runDocument(run, await run.summary(), life);
  yield `id: ${LAST_ID}\n${eventText('end', JSON.stringify(document))}`;
}

function watchEnd(run: RunHandle, life: AbortSignal): { readonly reached: boolean; readonly promise: Promise<void> } {
  let reached = false;
  const note = (): void => {
    reached = true;
  };
  // Also when it failed: the document says so.
  const promise = resultUnlessAborted(run, life).then(note, note);
  return {
    get reached() {
      return reached;
    },
    promise,
  };
}

function eventText(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`;
}
