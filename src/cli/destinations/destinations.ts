import { openDestination } from '../../composition/destinations.js';
import type { Destination } from '../../config/destinations/destinations.js';
import { ConfigError } from '../../config/errors.js';
import { packageVersion } from '../../config/places.js';
import type { CheckStep } from '../../ports/index.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { renderTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

const DEADLINE_MS = 60_000;

/** `journey-metrics destinations list`. */
export function listDestinations(
  { config, ...terminal }: Terminal,
  { org, json }: { readonly org?: string; readonly json?: boolean },
): ExitCode {
  const own = org === undefined ? undefined : rulesOf(config.orgs().orgs, org).destinations;
  const usable = Object.entries(config.destinations()).filter(([name]) => own === undefined || own.includes(name));
  const all = usable.map(([name, destination]) => {
    return { name, kind: destination.kind ?? 'webhook', place: placeOf(destination) };
  });
  if (json) terminal.printJson(all);
  else {
    const heads = [{ head: 'NAME', whole: true }, { head: 'KIND' }, { head: 'PLACE' }] as const;
    const rows = all.map(({ name, kind, place }) => [name, kind, place]);
    terminal.print(renderTable(heads, rows, terminal.columns));
  }
  return EXIT.done;
}

function rulesOf<T>(orgs: Readonly<Record<string, T>>, org: string): T {
  const rules = orgs[org];
  if (rules === undefined) throw new ConfigError('--org', `names an organisation that is not configured here: ${org}`);
  return rules;
}

/** For people: without what may be a secret. */
function placeOf(destination: Destination): string {
  if (destination.kind === 'files') return `${destination.url} (${destination.format})`;
  if (destination.kind !== 'postgres') return destination.url.origin;
  const { schema, name } = destination.table;
  return schema === undefined ? `table ${name}` : `table ${schema}.${name}`;
}

/** `journey-metrics destinations test <name>`. */
export async function testDestination(
  terminal: Terminal,
  name: string,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const all = terminal.config.destinations();
  const config = all[name];
  if (config === undefined) {
    throw new ConfigError(name, `is not a configured destination; configured: ${Object.keys(all).join(', ')}`);
  }
  const ambient = { now: terminal.now, random: Math.random };
  const destination = openDestination(config, { ambient, version: packageVersion() });
  const steps: CheckStep[] = [];
  try {
    for await (const step of destination.check(AbortSignal.timeout(DEADLINE_MS), true)) {
      steps.push(step);
      if (!json) terminal.print(lineOf(step));
    }
  } finally {
    await destination.close();
  }
  const ok = steps.every(({ status }) => status !== 'fail');
  if (json) terminal.printJson({ name, kind: destination.kind, ok, steps });
  return ok ? EXIT.done : EXIT.failed;
}

function lineOf({ step, status, found, remedy }: CheckStep): string {
  return `${status.padEnd(4)}  ${step.padEnd(13)}  ${found}${remedy === undefined ? '' : ` – ${remedy}`}`;
}
