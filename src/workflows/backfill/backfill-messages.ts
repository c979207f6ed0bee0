import { defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import { WIDTH_MOST } from '../../contract/limits.js';
import type { BackfillProgress } from '../../contract/result/backfill-result.js';
import { PAUSE_SIGNAL, PROGRESS_QUERY, RESUME_SIGNAL, SET_WIDTH_UPDATE } from '../../contract/values/names.js';
import { progressOf } from './backfill-progress.js';
import { show, type Backfill } from './backfill.js';
import { fail } from '../typed-failure.js';

const progressQuery = defineQuery<BackfillProgress>(PROGRESS_QUERY);
const pauseSignal = defineSignal(PAUSE_SIGNAL);
const resumeSignal = defineSignal(RESUME_SIGNAL);
const setWidthUpdate = defineUpdate<number, [number]>(SET_WIDTH_UPDATE);

/**
 * Installs the handlers of `progress`, `pause`, `resume` and `setWidth`. They change the state and nothing else: the
 * window looks at it whenever it has changed, and what runs already is left alone.
 */
export function listen(backfill: Backfill): void {
  const { state } = backfill;
  const change = (changed: Partial<Pick<typeof state, 'paused' | 'width'>>): void => {
    Object.assign(state, changed);
    show(backfill);
  };
  setHandler(progressQuery, () => progressOf(backfill));
  setHandler(pauseSignal, () => {
    change({ paused: true });
  });
  setHandler(resumeSignal, () => {
    change({ paused: false });
  });
  setHandler(
    setWidthUpdate,
    (width) => {
      change({ width });
      return width;
    },
    { validator: refuseWidth },
  );
}

/** Synchronous, as it must be: an answer that comes later would wedge the workflow task. */
function refuseWidth(width: unknown, ...more: readonly unknown[]): void {
  if (more.length > 0) throw fail('InvalidRequest', `${SET_WIDTH_UPDATE} takes one argument, the width`);
  if (Number.isInteger(width) && Number(width) >= 1 && Number(width) <= WIDTH_MOST) return;
  throw fail('InvalidRequest', `the width is a whole number from 1 to ${WIDTH_MOST}`);
}
