import { WINDOW_STATES, type WindowState } from '../../../src/contract/closed-sets.js';
import type { SeriesCoverage } from '../../../src/contract/result/coverage.js';
import type { GateState } from '../../../src/ports/index.js';
import { renderCoverage } from '../../../src/report/render-coverage.js';
import { renderDestinations } from '../../../src/report/render-destinations.js';
import { renderOrgs } from '../../../src/report/render-orgs.js';
import { renderRuns } from '../../../src/report/render-runs.js';
import { renderWindow } from '../../../src/report/render-window.js';
import { reportData } from '../../unit/report/report-fixtures.js';

export const NOW = '2026-11-20T10:00:00.000Z';

export const hostile = (label: string): string => `<b>${label}</b>"'&\u202E${'long-word'.repeat(12)}`;

export const RUNS = renderRuns({
  generatedAt: '2026-11-20T10:00:00.000Z',
  older: '2026-11-01T00:00:00.000Z~0123',
  search: {
    text: 'acme',
    org: 'acme',
    state: 'ended',
    outcome: 'undelivered',
    before: '2026-11-19T00:00:00.000Z~4567',
  },
  withoutTemporal: true,
  runs: [reportData(), reportData(hostile)].flatMap(({ run }) => [
    { run, reportPath: '/runs/x/report', temporalUrl: 'https://temporal.example/x' },
    {
      run: { ...run, state: 'running', outcome: null, closedAt: null },
      progress: {
        phase: 'fetching',
        polls: 8,
        pages: 3,
        rows: 30_000,
        deliveryAttempts: 0,
        partsDelivered: 0,
        parts: 0,
      },
      reportPath: '/runs/y/report',
    },
  ]),
});

const coverage = renderCoverage({
  generatedAt: NOW,
  search: { from: '2026-09-01', to: '2026-11-22', org: 'acme' },
  coverage: ['acme', hostile('acme')].map((org) => ({
    ...{ org, series: '0123456789abcdef', source: 'analytics', destination: 'bi', timeZone: 'Europe/Berlin' },
    ...{ report: null, completeUpTo: '2026-11-01T23:00:00Z', finalUpTo: null, stretches: [] },
    windows: WINDOW_STATES.map((state, index) => spanOf(state, index)),
  })),
});

const one = renderWindow({
  generatedAt: NOW,
  history: {
    ...{ deliveryId: '0'.repeat(32), org: hostile('acme'), destination: 'bi', series: null, report: null },
    window: { from: NOW, to: NOW, timeZone: 'UTC', label: '2026-11-20' },
    revisions: [1, 2].map((revision) => ({
      ...{ revision, claimedAt: NOW, deliveredAt: revision === 1 ? NOW : null, rows: 12_000 },
      causes: revision === 1 ? [] : [{ cause: 'late-legs', count: 3 }],
      readings: [{ workflowId: hostile('run'), outcome: 'completed', at: NOW }],
    })),
  },
});

const gateState: Omit<GateState, 'org' | 'holders'> = {
  circuit: 'closed',
  ...{ credential: '0123456789ab', waiting: 2, openSince: null, nextProbe: null, failures: 0 },
  ...{ lastSuccess: NOW, requestsLastHour: 120 },
};
const holder = { runKey: 'x', workflowId: hostile('run'), source: 'journeys', since: NOW, until: NOW, abandoned: true };
const orgs = renderOrgs({
  generatedAt: NOW,
  orgs: [
    { ...gateState, org: 'acme', holders: [holder, { ...holder, workflowId: null }] },
    {
      ...gateState,
      org: hostile('globex'),
      holders: [],
      circuit: 'open',
      openSince: NOW,
      nextProbe: NOW,
      failures: 5,
    },
  ],
});

const destinations = renderDestinations({
  generatedAt: NOW,
  destinations: [
    ...[
      {
        org: 'acme',
        destination: 'bi',
        series: 2,
        windows: 60,
        undelivered: 0,
        lastDeliveredAt: NOW,
        lastFailure: null,
      },
    ],
    {
      ...{ org: hostile('globex'), destination: hostile('lake'), series: 1, windows: 3, undelivered: 2 },
      ...{ lastDeliveredAt: null, lastFailure: { at: NOW, reason: hostile('503') } },
    },
  ],
});

function spanOf(state: WindowState, index: number): SeriesCoverage['windows'][number] {
  const from = `2026-11-${String(index + 1).padStart(2, '0')}T00:00:00Z`;
  const to = `2026-11-${String(index + 2).padStart(2, '0')}T00:00:00Z`;
  return {
    ...{ from, to, label: from.slice(0, 10), state, revision: 1, corrections: index % 2, correctedAt: NOW },
    ...{
      deliveredAt: NOW,
      readAt: NOW,
      rows: 1,
      missingBuckets: 1,
      missing: ['2026-11-01'],
      deliveryId: 'x',
      workflowId: 'y',
      outcome: null,
      failureType: null,
    },
    schedule: null,
  };
}

/** The pages of the gateway that have no script. */
export const SITE = { coverage, window: one, orgs, destinations };
