import { examineAlerts } from './doctor/alerts.js';
import { checkClocks } from './doctor/clocks.js';
import { examineCredentials } from './doctor/credentials.js';
import type { Check } from './doctor/check.js';
import { examineDatasets } from './doctor/datasets.js';
import { examineDestinations } from './doctor/destinations.js';
import { checkNode, checkTemporalPackages } from './doctor/installation.js';
import { examineProxies } from './doctor/network.js';
import { examineRecords } from './doctor/records.js';
import { examineTemporal } from './doctor/temporal.js';
import { EXIT, type ExitCode } from './program/exit-code.js';
import type { Paint } from './terminal/paint.js';
import { printable } from '../text/printable.js';
import type { Terminal } from './terminal/terminal.js';
import { wrap } from './terminal/wrap.js';

const MARKS = {
  ok: { mark: '✔', style: 'green' },
  warn: { mark: '!', style: 'yellow' },
  fail: { mark: '✖', style: 'red' },
  skipped: { mark: '-', style: 'dim' },
} as const;

const TEXT_COLUMNS = 100;

/** `journey-metrics doctor`: looks at everything that a run needs, sends nothing, and says what to do. 2 when a variable is wrong, else 1 when a check fails. */
export async function doctor(terminal: Terminal, { json }: { readonly json?: boolean }): Promise<ExitCode> {
  const { config, now, scrubber } = terminal;
  const looked = examineTemporal(config, now);
  const polling = looked.then(({ workers }) => workers).catch(() => 0);
  const recorded = examineRecords(config, now, polling);
  const used = recorded.then(({ definitions }) => definitions ?? []);
  const [proxies, temporal, records, sources, destinations, alerts] = await Promise.all([
    examineProxies(config),
    looked,
    recorded,
    examineCredentials(config, now, scrubber, used),
    examineDestinations(config),
    examineAlerts(config),
  ]);
  const datasets = await examineDatasets(config, temporal.hosts);
  const installation = [checkNode(process.versions.node), checkTemporalPackages()];
  const clocks = checkClocks([...(temporal.clocks ?? []), ...(records.clocks ?? [])]);
  const found = [
    ...installation,
    ...proxies,
    ...temporal.checks,
    ...records.checks,
    datasets,
    ...sources,
    ...destinations,
    ...alerts,
    clocks,
  ];
  const checks = found.map((check) => scrubbed(check, scrubber.scrub));
  const healthy = checks.every(({ status }) => status !== 'fail');
  if (json) terminal.printJson({ healthy, checks });
  else terminal.print(renderChecks(checks, terminal.columns ?? TEXT_COLUMNS, terminal.paint));
  if (healthy) return EXIT.done;
  return checks.some(({ status, variable }) => status === 'fail' && variable !== undefined)
    ? EXIT.invalid
    : EXIT.failed;
}

function scrubbed({ remedy, ...check }: Check, scrub: (text: string) => string): Check {
  return { ...check, found: scrub(check.found), ...(remedy !== undefined && { remedy: scrub(remedy) }) };
}

/** A line a check, and what to do under it. */
export function renderChecks(checks: readonly Check[], width: number, paint: Paint): string {
  const nameColumns = Math.max(...checks.map(({ name }) => name.length));
  const room = Math.max(20, width - nameColumns - 4);
  const indent = ' '.repeat(nameColumns + 4);
  const lines = checks.flatMap(({ name, status, found, remedy }) => {
    const { mark, style } = MARKS[status];
    const texts = [
      ...wrap(printable(found), room),
      ...(remedy === undefined ? [] : wrap(printable(`→ ${remedy}`), room)),
    ];
    return texts.map((text, index) =>
      index === 0 ? `${paint(style, mark)} ${name.padEnd(nameColumns)}  ${text}` : `${indent}${text}`,
    );
  });
  return lines.join('\n');
}
