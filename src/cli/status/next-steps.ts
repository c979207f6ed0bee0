import type { Known, NextStep } from './standing.js';

/** What to do next, the most urgent first. @param problem why nothing could be seen */
export function nextSteps(known: Known, problem: string | null): readonly NextStep[] {
  if (problem !== null) {
    return [
      { what: 'Start everything on this machine, with a simulated CXone', command: 'npm run dev' },
      { what: 'Or check the configuration of servers that you have', command: 'journey-metrics doctor' },
    ];
  }
  const steps = [...troubles(known), ...gaps(known), ...beginnings(known)];
  return steps.length === 0
    ? [{ what: 'There is nothing to do; see the latest runs', command: 'journey-metrics runs list' }]
    : steps;
}

function troubles({ organisations, alerts }: Known): readonly NextStep[] {
  const down = organisations.filter(({ circuit }) => circuit === 'open');
  return [
    ...down.map(({ org }) => ({
      what: `The source of ${org} does not answer`,
      command: `journey-metrics orgs show ${org}`,
    })),
    ...(alerts.length === 0
      ? []
      : [{ what: 'Look at the open alerts', command: 'journey-metrics alerts list --open' }]),
  ];
}

function gaps({ series, late }: Known): readonly NextStep[] {
  const has = (...states: readonly string[]): boolean =>
    series.some(({ windows }) => states.some((state) => (windows[state] ?? 0) > 0));
  const undelivered = series.find(({ windows }) => (windows['undelivered'] ?? 0) > 0);
  return [
    ...(late.length === 0
      ? []
      : [{ what: 'Windows are late: see their schedules', command: 'journey-metrics schedules list' }]),
    ...(has('missing', 'late', 'failed')
      ? [{ what: 'Read the windows that are missing', command: 'journey-metrics windows fill' }]
      : []),
    ...(undelivered === undefined
      ? []
      : [
          {
            what: `Deliver what ${undelivered.destination} has not got`,
            command: `journey-metrics deliveries recover --destination ${undelivered.destination} --since "7 days"`,
          },
        ]),
  ];
}

function beginnings({ series, isScheduled }: Known): readonly NextStep[] {
  if (series.length === 0) {
    return [{ what: 'Read a first window', command: 'journey-metrics aggregate --query examples/yesterday.json' }];
  }
  if (isScheduled) return [];
  const command = 'journey-metrics schedules create nightly --query examples/yesterday.json';
  return [{ what: 'No schedule reads anything: create one', command }];
}
