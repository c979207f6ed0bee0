import type { ScheduleDescription, ScheduleUpdateOptions } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { CXONE_ORG } from '../../contract/search-attributes.js';
import type { ScheduleDefinition } from './schedule-definition.js';
import { actionOf, jitterOf, policiesOf, specOf, type ScheduleTarget } from './schedule-spec.js';

/** The schedule as it is to be. What we do not name of one that was made by hand stays: its id of runs, memo, retries. */
export function updateOf(
  { spec, action, state }: ScheduleDescription,
  definition: ScheduleDefinition,
  target: ScheduleTarget,
): ScheduleUpdateOptions {
  const ours = actionOf(definition, target);
  const { org = '' } = definition.request;
  return {
    spec: specOf(definition) ?? { ...spec, jitter: jitterOf(definition) },
    policies: policiesOf(definition),
    action: {
      ...action,
      ...ours,
      workflowId: action.workflowId,
      typedSearchAttributes: typed(action.typedSearchAttributes).updateCopy([{ key: CXONE_ORG, value: org }]),
    },
    state: { ...state, ...(definition.note !== null && { note: definition.note }) },
  };
}

type Attributes = ScheduleDescription['action']['typedSearchAttributes'];

function typed(attributes: Attributes): TypedSearchAttributes {
  return attributes instanceof TypedSearchAttributes ? attributes : new TypedSearchAttributes(attributes);
}
