import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRun } from '../../../src/activities/aggregate/plan-run.js';
import type { DefinitionRecord } from '../../../src/ports/index.js';
import type { AggregateRequest } from '../../../src/client.js';
import { createContactsSource } from '../../../src/sources/contacts/source.js';
import type { SettingsInput } from '../../../src/domain/journeys/definition/settings.js';
import type { RunPlan } from '../../../src/contract/run.js';
import { runActivity } from '../../support/run-activity.js';
import { aDestination, aSource } from '../../support/sources/directory.js';
import { createDirectory } from '../../../src/composition/directory/directory.js';
import { definitionOf } from '../journeys/journeys-fixtures.js';

const WINDOW = { dateFrom: '2026-10-05', dateTo: '2026-10-07' };

function sourceWith(settings: SettingsInput): ReturnType<typeof createContactsSource> {
  return createContactsSource({
    org: 'globex',
    accessKey: {
      issuer: new URL('https://cxone.example'),
      clientId: 'client',
      clientSecret: 'secret',
      clientAuth: 'basic',
      accessKeyId: 'id',
      accessKeySecret: 'key',
    },
    apiVersion: 'v34.0',
    definition: definitionOf(settings),
    afterCallWork: 'beside-total',
    reconcileTolerance: 0.01,
    ambient: { now: () => Date.parse('2026-11-09T00:00:00Z'), random: () => 0.5 },
  });
}

/** What the records say of versions: each stands as it was first used. */
function definitions(): (definition: DefinitionRecord) => Promise<string> {
  const known = new Map<string, string>();
  return ({ org, name, hash }) => {
    const key = `${org} ${name}`;
    known.set(key, known.get(key) ?? hash);
    return Promise.resolve(known.get(key) ?? hash);
  };
}

async function planned(
  change: Partial<AggregateRequest['query']>,
  {
    settings = { contained: 'none' as const },
    standing = definitions(),
    ...request
  }: Partial<AggregateRequest> & { settings?: SettingsInput; standing?: ReturnType<typeof definitions> } = {},
): Promise<RunPlan> {
  const source = sourceWith(settings);
  const directory = createDirectory({
    defaultOrg: 'globex',
    defaultDestination: 'bi',
    orgs: {
      globex: {
        defaultSource: 'journeys',
        timeZone: 'America/Chicago',
        destinations: ['lake'],
        sources: { journeys: source, analytics: aSource({ kind: 'analytics' }) },
      },
    },
    destinations: { bi: aDestination(), lake: aDestination() },
  });
  try {
    return await runActivity(
      planRun({ directory, runs: { open: () => Promise.resolve(), define: standing } as never }),
      {
        request: { query: { metric: ['journeyAnswerRate'], ...WINDOW, ...change }, ...request },
        identity: { workflowId: 'w', firstExecutionRunId: 'r' },
        requester: 'test',
        anchorMs: Date.parse('2026-11-09T00:00:00Z'),
        startedAt: '2026-11-09T00:00:00Z',
      },
    );
  } finally {
    await source.close();
  }
}

test('a rate is planned with what it divides and with the open journeys', async () => {
  const { query, report } = await planned({});
  assert.deepEqual(query.metric, ['journeyQueued', 'journeyAnswered', 'journeyAnswerRate', 'journeyOpen']);
  assert.deepEqual(report.metrics, ['journeyAnswerRate']);
  assert.deepEqual([report.source, report.definition], ['journeys', 'test/1']);
});

test('an organisation decides the source, the zone, the destination and the outliers of a request that says nothing', async () => {
  const { source, window, destination, processing } = await planned({});
  assert.deepEqual(
    [source.name, window.timeZone, window.from, destination, processing.outliers],
    ['journeys', 'America/Chicago', '2026-10-05T05:00:00Z', 'lake', 'flag'],
  );
});

test('another source and another definition are other series and other deliveries', async () => {
  const plans = [
    await planned({}),
    await planned({}, { settings: { contained: 'none', minTalk: 5 } }),
    await planned({ metric: ['journeyCompletionRate'] }, { source: 'analytics' }),
  ];
  assert.equal(new Set(plans.map(({ series }) => series)).size, 3);
  assert.equal(new Set(plans.map(({ deliveryId }) => deliveryId)).size, 3);
  const [one] = plans;
  const again = await planned({}, { source: 'journeys' });
  assert.deepEqual([again.deliveryId, again.series], [one?.deliveryId, one?.series]);
});

test('what cannot be had is refused with the reason', async () => {
  const refused: readonly (readonly [Parameters<typeof planned>, RegExp])[] = [
    [[{ metric: ['journeyAnswerRat'] }], /query\.metric\.0: .*did you mean "journeyAnswerRate"/],
    [[{ metric: ['journeyCompletionRate'] }, { settings: {} }], /query\.metric\.0: .*set `contained` to markers/],
    [[{ dimension: ['region'] }], /query\.dimension\.0: "region" is not a known dimension/],
    [[{ filter: { region: 'emea' } }], /query\.filter\.region: .*filters are channel, queue/],
    [[{}, { source: 'journey' }], /source: "journey" is not configured; configured: journeys, analytics/],
    [[{}, { destination: 'bi' }], /destination: "bi" is not configured; configured: lake/],
  ];
  for (const [asked, pattern] of refused) await assert.rejects(planned(...asked), pattern);
});

test('a marker of custom data refuses the metrics that need it, and no others', async () => {
  const settings = { contained: ['disposition:1', 'customData:served=yes'] };
  await planned({ metric: ['journeyAnswerRate'] }, { settings });
  await assert.rejects(planned({ metric: ['journeyCompletionRate'] }, { settings }), (error: Error) => {
    const { details } = error as Error & { details?: readonly unknown[] };
    assert.match(JSON.stringify(details) + error.message, /customData:served=yes/);
    return true;
  });
});

test('a version of a definition with other settings is refused by its name, and the same settings are not', async () => {
  const standing = definitions();
  await planned({}, { standing });
  await planned({}, { standing });
  await assert.rejects(planned({}, { standing, settings: { contained: 'none', minTalk: 20 } }), (error: Error) => {
    const { details } = error as Error & { details?: readonly unknown[] };
    assert.match(
      JSON.stringify(details) + error.message,
      /test\/1 was used before with other settings: raise its version/,
    );
    return true;
  });
});
