import { Readable } from 'node:stream';
import { z } from 'zod';
import type { RunHandle, RunSummary } from '../../client.js';
import type { BlobRef } from '../../contract/result/blob-ref.js';
import type { AggregateResult, RedeliverResult } from '../../contract/result/result.js';
import { answerLife, answers, runParameters } from '../http/http.js';
import type { Gateway, GatewayParts } from '../parts.js';
import { findRun } from '../runs/run.js';
import { CSV_SEPARATORS, ROW_CHOICES, ROW_FORMATS, type RowForm } from '../../contract/row-choice.js';
import { principalOf } from '../access/principal.js';
import { GatewayProblem } from '../http/problem.js';

const flag = z.enum(['true', 'false']).default('false');

const choiceSchema = z
  .strictObject({
    format: z.enum(ROW_FORMATS).default('ndjson').describe('One JSON line per row, or CSV with a header (RFC 4180).'),
    rows: z
      .enum(ROW_CHOICES)
      .default('kept')
      .describe(
        '`kept`: rows that remain after outliers. `delivered`: rows in the payload. `raw`: all rows that the source returned.',
      ),
    typed: flag.describe(
      'Write requested metrics that are a number in a text as a number, with the same digits. Other texts stay.',
    ),
    guardFormulas: flag.describe(
      "Of a CSV: put a ' in front of texts that a spreadsheet would run as a formula. Off by default: texts are as the " +
        'source sent them. Numbers, also in texts, are never changed.',
    ),
    bom: flag.describe('Of a CSV: begin with a byte order mark, by which Excel knows UTF-8.'),
    separator: z.enum(CSV_SEPARATORS).default('comma').describe('Of a CSV. The decimal point stays a point.'),
  })
  .superRefine((choice, context) => {
    if (choice.format === 'csv') return;
    const csvOnly = [choice.guardFormulas === 'true' && 'guardFormulas', choice.bom === 'true' && 'bom'];
    for (const name of [...csvOnly, choice.separator !== 'comma' && 'separator']) {
      if (name) context.addIssue({ code: 'custom', path: [name], message: 'is only for format=csv' });
    }
  });

function formOf(choice: z.output<typeof choiceSchema>): RowForm {
  const { format, typed, guardFormulas, bom, separator } = choice;
  return { format, separator, typed: typed === 'true', guardFormulas: guardFormulas === 'true', bom: bom === 'true' };
}

const MEDIA_TYPES = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8; header=present',
} as const;

const text = z
  .string()
  .describe('The rows as the source sent them, in its order. The stream breaks off if they cannot be read.');

/** `GET /runs/{id}/rows`: streamed, as fast as it is read. */
export function rowsRoute(app: Gateway, { client, rows, places }: GatewayParts): void {
  app.route({
    method: 'GET',
    url: '/runs/:workflowId/rows',
    exposeHeadRoute: false,
    config: { scope: 'rows:read' },
    schema: {
      operationId: 'readRows',
      summary: 'The rows of a run that has ended',
      params: runParameters,
      querystring: choiceSchema,
      response: answers(
        {
          200: {
            description: 'The rows.',
            content: { 'application/x-ndjson': { schema: text }, 'text/csv': { schema: text } },
          },
        },
        ['RunNotFound', 'RunStillRunning', 'RunHasNoRows', 'RowsExpired', 'TemporalUnavailable', 'DatasetUnavailable'],
      ),
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { run, summary } = await findRun(client, principal, request.params.workflowId);
      const life = answerLife(reply, {});
      places.require(principal.id, life);
      const { dataset, metrics, columns } = await datasetOf(run, summary, life);
      const { format, rows: which } = request.query;
      const chunks = await rows.read(dataset, { ...formOf(request.query), rows: which, metrics, columns }, life);
      const name = `${summary.workflowId.replaceAll(/[^\w.-]/g, '_')}.${format}`;
      void reply.type(MEDIA_TYPES[format]).header('content-disposition', `attachment; filename="${name}"`);
      return reply.send(Readable.from(chunks, { objectMode: false }));
    },
  });
}

interface RunRows {
  readonly dataset: BlobRef;
  readonly metrics: readonly string[];
  readonly columns: readonly string[];
}

async function datasetOf(run: RunHandle, { workflowId, state }: RunSummary, signal: AbortSignal): Promise<RunRows> {
  if (state === 'running') {
    throw new GatewayProblem('RunStillRunning', 'its rows are available after it has ended', { workflowId });
  }
  if (state !== 'completed') {
    throw new GatewayProblem('RunHasNoRows', `it ended as ${state}, without a result`, { workflowId });
  }
  // Of whichever kind the run was.
  const result: AggregateResult | RedeliverResult = await run.result({ signal });
  if ('dataset' in result) {
    const { dataset, report } = result;
    const columns = ['date', ...report.dimensions, ...report.metrics];
    return { dataset, metrics: Object.keys(result.quality.nulls), columns };
  }
  throw new GatewayProblem('RunHasNoRows', 'its result has no reference to its rows', { workflowId });
}
