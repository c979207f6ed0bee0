import { JourneyMetricsError } from '../../client.js';
import { withDatabase } from '../../composition/stores.js';
import { ConfigError } from '../../config/errors.js';
import { parseDuration } from '../../contract/values/duration.js';
import { deliveredTo, undeliveredSince, type UndeliveredRevision } from '../../records/ledger/undelivered.js';
import { countOf, countText } from '../../text/number-text.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { withSession } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';

export interface RecoverOptions {
  readonly destination: string;
  readonly since: string;
  readonly org?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface Recovered extends Pick<UndeliveredRevision, 'deliveryId' | 'revision' | 'org' | 'window'> {
  /** Absent of a dry run. */
  readonly outcome?: string;
  readonly reason?: string;
}

/** `journey-metrics deliveries recover`: one after the other, so that the destination sees them in their order. */
export async function recoverDeliveries(
  terminal: Terminal,
  { destination, since: text, org, dryRun = false, json }: RecoverOptions,
): Promise<ExitCode> {
  const since = instantIn(text, terminal.now());
  const found = await withDatabase(terminal.config.databaseUrl(), async (database, signal) => {
    const of = org === undefined ? {} : { org };
    const undelivered = await undeliveredSince(database, { destination, since, ...of }, signal);
    if (undelivered.length === 0) refuseUnknown(terminal, destination, await deliveredTo(database, signal));
    return undelivered;
  });
  const say = (each: Recovered): void => {
    if (!json) terminal.print(lineOf(each));
  };
  const deliveries = dryRun ? found.map(listed) : await recoverAll(terminal, found, say);
  if (dryRun) for (const each of deliveries) say(each);
  const missing = deliveries.filter(({ outcome }) => outcome === 'undelivered' || outcome === 'failed').length;
  if (json) terminal.printJson({ destination, since, dryRun, deliveries });
  else terminal.print(sentence(destination, { found: deliveries.length, missing, dryRun }));
  return missing === 0 ? EXIT.done : EXIT.undelivered;
}

/** A name that nobody knows would look like a destination that has everything. */
function refuseUnknown({ config }: Terminal, destination: string, known: readonly string[]): void {
  if (known.includes(destination)) return;
  const configured = namesIn(() => config.destinations());
  if (configured.includes(destination)) return;
  const names = [...new Set([...known, ...configured])].sort();
  const all = names.length === 0 ? 'there is none' : `known: ${names.join(', ')}`;
  throw new ConfigError('--destination', `${destination} is no destination; ${all}`);
}

/** Destinations are the worker's to know: here they may be absent. */
function namesIn(destinations: () => Readonly<Record<string, unknown>>): readonly string[] {
  try {
    return Object.keys(destinations());
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

function recoverAll(
  terminal: Terminal,
  found: readonly UndeliveredRevision[],
  say: (each: Recovered) => void,
): Promise<readonly Recovered[]> {
  return withSession(terminal, async ({ client }) => {
    const ended: Recovered[] = [];
    for (const each of found) {
      const recovered = await recover(client, each);
      ended.push(recovered);
      say(recovered);
    }
    return ended;
  });
}

function sentence(
  destination: string,
  { found, missing, dryRun }: { readonly found: number; readonly missing: number; readonly dryRun: boolean },
): string {
  if (found === 0) return `Nothing is undelivered to ${destination} since then.`;
  if (dryRun) return `${countOf(found, 'revision')} would be sent again, in this order. Nothing was sent.`;
  const rest = missing === 0 ? '' : `; ${countText(missing)} did not arrive`;
  return `${countOf(found, 'revision')} sent again${rest}`;
}

async function recover(
  client: Parameters<Parameters<typeof withSession>[1]>[0]['client'],
  undelivered: UndeliveredRevision,
): Promise<Recovered> {
  const { deliveryId, revision } = undelivered;
  try {
    const { outcome, delivery } = await client.redeliver({ deliveryId, revision });
    const { lastFailure: reason } = delivery;
    return { ...listed(undelivered), outcome, ...(reason !== undefined && { reason }) };
  } catch (error) {
    // One whose rows are gone holds up no other.
    if (!(error instanceof JourneyMetricsError) || error.type === 'TemporalUnavailable') throw error;
    return { ...listed(undelivered), outcome: 'failed', reason: error.message };
  }
}

function listed({ deliveryId, revision, org, window: { from, to } }: UndeliveredRevision): Recovered {
  return { deliveryId, revision, org, window: { from, to } };
}

function lineOf({ org, window: { from, to }, outcome = 'undelivered', reason, revision }: Recovered): string {
  return `${outcome}  ${org}  ${from} to ${to}, revision ${revision}${reason === undefined ? '' : `: ${reason}`}`;
}

function instantIn(text: string, nowMs: number): string {
  const ago = parseDuration(text);
  const instant = ago === undefined ? Date.parse(text) : nowMs - ago;
  const isDate = ago !== undefined || /^\d{4}-\d\d-\d\d/.test(text);
  if (Number.isNaN(instant) || !isDate) {
    throw new ConfigError('--since', 'must be a day or an instant, like 2026-11-01, or a duration, like "2 days"');
  }
  return new Date(instant).toISOString();
}
