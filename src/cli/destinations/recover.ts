import { JourneyMetricsError } from '../../client.js';
import { withDatabase } from '../../composition/stores.js';
import { ConfigError } from '../../config/errors.js';
import { parseDuration } from '../../contract/values/duration.js';
import { undeliveredSince, type UndeliveredRevision } from '../../records/ledger/undelivered.js';
import { countOf, countText } from '../../text/number-text.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { withSession } from '../program/session.js';
import type { Terminal } from '../terminal/terminal.js';

export interface RecoverOptions {
  readonly destination: string;
  readonly since: string;
  readonly org?: string;
  readonly json?: boolean;
}

interface Recovered {
  readonly deliveryId: string;
  readonly revision: number;
  readonly outcome: string;
  readonly reason?: string;
}

/** `journey-metrics deliveries recover`: one after the other, so that the destination sees them in their order. */
export async function recoverDeliveries(
  terminal: Terminal,
  { destination, since: text, org, json }: RecoverOptions,
): Promise<ExitCode> {
  const since = instantIn(text, terminal.now());
  const found = await withDatabase(terminal.config.databaseUrl(), (database, signal) =>
    undeliveredSince(database, { destination, since, ...(org !== undefined && { org }) }, signal),
  );
  const deliveries = await withSession(terminal, async ({ client }) => {
    const ended: Recovered[] = [];
    for (const each of found) {
      const recovered = await recover(client, each);
      ended.push(recovered);
      if (!json) terminal.print(lineOf(each, recovered));
    }
    return ended;
  });
  const missing = deliveries.filter(({ outcome }) => outcome === 'undelivered' || outcome === 'failed').length;
  if (json) terminal.printJson({ destination, since, deliveries });
  else terminal.print(sentence(destination, deliveries.length, missing));
  return missing === 0 ? EXIT.done : EXIT.undelivered;
}

function sentence(destination: string, found: number, missing: number): string {
  if (found === 0) return `Nothing is undelivered to ${destination} since then.`;
  const rest = missing === 0 ? '' : `; ${countText(missing)} did not arrive`;
  return `${countOf(found, 'revision')} sent again${rest}`;
}

async function recover(
  client: Parameters<Parameters<typeof withSession>[1]>[0]['client'],
  { deliveryId, revision }: UndeliveredRevision,
): Promise<Recovered> {
  try {
    const { outcome, delivery } = await client.redeliver({ deliveryId, revision });
    const { lastFailure: reason } = delivery;
    return { deliveryId, revision, outcome, ...(reason !== undefined && { reason }) };
  } catch (error) {
    // One whose rows are gone holds up no other.
    if (!(error instanceof JourneyMetricsError) || error.type === 'TemporalUnavailable') throw error;
    return { deliveryId, revision, outcome: 'failed', reason: error.message };
  }
}

function lineOf({ org, window: { from, to } }: UndeliveredRevision, { outcome, reason, revision }: Recovered): string {
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
