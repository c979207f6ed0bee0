import { defineSearchAttributeKey } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from './values/names.js';

/** Typed keys of the product's search attributes, and of the two that Temporal sets on scheduled runs. */
export const CXONE_ORG = defineSearchAttributeKey('CxoneOrg', SEARCH_ATTRIBUTES.CxoneOrg);
export const JOURNEY_WINDOW_START = defineSearchAttributeKey(
  'JourneyWindowStart',
  SEARCH_ATTRIBUTES.JourneyWindowStart,
);
export const RUN_OUTCOME = defineSearchAttributeKey('RunOutcome', SEARCH_ATTRIBUTES.RunOutcome);
/** The nominal time of a scheduled run, without jitter; also right for backfills. */
export const SCHEDULED_START = defineSearchAttributeKey('TemporalScheduledStartTime', 'DATETIME');
export const SCHEDULED_BY = defineSearchAttributeKey('TemporalScheduledById', 'KEYWORD');
