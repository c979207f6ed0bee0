import { ApplicationFailure } from '@temporalio/common';
import { BACKFILL, backfillFakes, type BackfillFakes } from '../support/workflow/backfill-fakes.js';
import type { BackfillHandle } from '../support/workflow/workflow-rig.js';
import type { Recording } from './recording.js';

const refusal = (type: string, ...details: unknown[]): never => {
  throw ApplicationFailure.nonRetryable('as recorded', type, ...details);
};

const ended = (handle: BackfillHandle): Promise<unknown> => handle.result().catch(() => undefined);

function recording(
  fakes: () => BackfillFakes,
  request: object = {},
  script: (handle: BackfillHandle) => Promise<unknown> = ended,
): Recording {
  const record: Recording['record'] = (rig) =>
    rig.run(fakes().activities, async ({ backfill }) => script(await backfill({ ...BACKFILL, ...request })));
  return { record };
}

/** Histories of its runs are not kept: they are as those of any other run. */
export const BACKFILLS: Readonly<Record<string, Recording>> = {
  'backfill-halved': recording(
    () =>
      backfillFakes(
        ({ from, to }) =>
          Date.parse(to) - Date.parse(from) > 12 * 3_600_000 &&
          from.startsWith('2025-03-01') &&
          refusal('IncompleteResult', { capped: true }),
      ),
    { to: '2025-03-03', width: 1 },
  ),
  'backfill-continued': recording(() => backfillFakes(), {
    to: '2025-03-11',
    slices: [{ from: '2025-01-01', to: '2025-01-02' }],
  }),
};
