import { ApplicationFailure } from '@temporalio/common';
import type { PollAnswer } from '../../src/activities/aggregate/poll-result.js';
import type { BackfillProgress } from '../../src/contract/request/backfill.js';
import { PAUSE_SIGNAL, PROGRESS_QUERY, RESUME_SIGNAL, SET_WIDTH_UPDATE } from '../../src/contract/names.js';
import { BACKFILL, backfillFakes, type BackfillFakes } from '../support/workflow/backfill-fakes.js';
import { until } from '../support/until.js';
import type { BackfillHandle } from '../support/workflow/workflow-rig.js';
import type { Recording } from './recording.js';

const HOUR: PollAnswer = { state: 'later', reason: 'running', retryAfterMs: 3_600_000 };

const refusal = (type: string, ...details: unknown[]): never => {
  throw ApplicationFailure.nonRetryable('as recorded', type, ...details);
};

const ended = (handle: BackfillHandle): Promise<unknown> => handle.result().catch(() => undefined);

const progressWith = (handle: BackfillHandle, good: (progress: BackfillProgress) => boolean): Promise<unknown> =>
  until('the progress', () => handle.query<BackfillProgress>(PROGRESS_QUERY), good);

function recording(
  fakes: () => BackfillFakes,
  request: object = {},
  script: (handle: BackfillHandle) => Promise<unknown> = ended,
): Recording {
  const record: Recording['record'] = (rig) =>
    rig.run(fakes().activities, async ({ backfill }) => script(await backfill({ ...BACKFILL, ...request })));
  return { record };
}

/** Every way through `backfillJourneyMetrics`. Histories of its runs are not kept: they are as those of any other run. */
export const BACKFILLS: Readonly<Record<string, Recording>> = {
  'backfill-completed': recording(() => backfillFakes(), { width: 2 }),
  'backfill-invalid': recording(() => backfillFakes(), { timeZone: 'Mars/Olympus' }),
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
  'backfill-failures': recording(() => backfillFakes(() => refusal('QueryRejected')), { to: '2025-05-01', width: 20 }),
  'backfill-cancelled': recording(
    () => backfillFakes(undefined, { pollResult: () => Promise.resolve(HOUR) }),
    { width: 2 },
    async (handle) => {
      await progressWith(handle, ({ running }) => running.length === 2);
      await handle.cancel();
      return ended(handle);
    },
  ),
  'backfill-paused': recording(
    () => backfillFakes(),
    { width: 1 },
    async (handle) => {
      await progressWith(handle, ({ running }) => running.length === 1);
      await handle.signal(PAUSE_SIGNAL);
      await progressWith(handle, ({ phase, running }) => phase === 'paused' && running.length === 0);
      await handle.executeUpdate(SET_WIDTH_UPDATE, { args: [2] });
      await handle.signal(RESUME_SIGNAL);
      return ended(handle);
    },
  ),
  'backfill-continued': recording(() => backfillFakes(), {
    to: '2025-03-11',
    slices: [{ from: '2025-01-01', to: '2025-01-02' }],
  }),
};
