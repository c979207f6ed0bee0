/**
 * What the published JSON Schemas of requests say that the schemas of zod cannot: the rules between fields, as far as
 * JSON Schema can say them, and examples. Part of the metadata; nothing is checked by it at run time.
 */

const QUERY = { metric: ['journeyCompletionRate', 'journeyDropOffRate'], dimension: ['journeyId'] };

const hasRelative = { properties: { window: { required: ['relative'] } }, required: ['window'] };

/** Of a request for one window. */
export const requestDocument = {
  title: 'Request of aggregateJourneyMetrics',
  description:
    'One window of journey metrics: the query, the processing of its rows, and the destination. At most 8 KiB.',
  oneOf: [{ properties: { query: { required: ['dateFrom', 'dateTo'] } } }, hasRelative],
  examples: [
    { query: { metric: ['journeyCompletionRate'], dateFrom: '2026-11-01', dateTo: '2026-11-08' } },
    {
      org: 'acme',
      query: { ...QUERY, filter: { region: 'emea' }, timeGroupBy: 'day', limit: 10_000 },
      window: { relative: 'yesterday', timeZone: 'Europe/Berlin', settle: '2 hours' },
      processing: { maxRows: 5_000, outliers: 'remove', outlierMetrics: ['journeyCompletionRate'] },
      poll: { deadline: '6 hours' },
      destination: 'bi',
    },
  ],
};

/** Of a backfill: one request for many windows. */
export const backfillDocument = {
  title: 'Request of backfillJourneyMetrics',
  description:
    'One request for many windows: either `from` and `to`, split by `sliceBy`, or `window.relative` and `lookback`. ' +
    'At most 8 KiB.',
  dependentRequired: { from: ['to'], to: ['from'] },
  oneOf: [
    {
      anyOf: [{ required: ['from'] }, { required: ['slices'] }],
      not: { anyOf: [{ required: ['lookback'] }, hasRelative] },
    },
    {
      ...hasRelative,
      required: ['window', 'lookback'],
      not: { anyOf: [{ required: ['from'] }, { required: ['slices'] }] },
    },
  ],
  examples: [
    { query: QUERY, from: '2024-11-01', to: '2026-11-01', sliceBy: 'month', timeZone: 'Europe/Berlin', width: 3 },
    { query: QUERY, window: { relative: 'yesterday', timeZone: 'Europe/Berlin' }, lookback: 3 },
  ],
};
