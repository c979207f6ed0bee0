import { ALERTS, type AlertEvent } from '../../contract/alerts.js';
import { withDatabase } from '../../composition/stores.js';
import type { Alert } from '../../ports/index.js';
import { alertRecords } from '../../records/alerts/alert-records.js';
import { agoText } from '../../text/time-text.js';
import { countOf } from '../../text/number-text.js';
import { EXIT, type ExitCode } from '../program/exit-code.js';
import { renderTable } from '../terminal/table.js';
import type { Screen, Terminal } from '../terminal/terminal.js';

export interface ListAlertsOptions {
  readonly open?: boolean;
  readonly event?: AlertEvent;
  readonly org?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** `journey-metrics alerts list`. */
export async function listAlerts(
  terminal: Terminal,
  { open, event, org, limit, json }: ListAlertsOptions,
): Promise<ExitCode> {
  const filter = {
    limit,
    ...(open && { isOpen: true }),
    ...(event !== undefined && { event }),
    ...(org !== undefined && { org }),
  };
  const alerts = await withDatabase(terminal.config.databaseUrl(), async (database, signal, { present }) =>
    present === 0 ? [] : alertRecords(database).list(filter, signal),
  );
  if (json) terminal.printJson(alerts.map((alert) => ({ ...alert, remedy: ALERTS[alert.event].remedy })));
  else if (alerts.length === 0) terminal.print(open ? 'No alert is open.' : 'There is no alert.');
  else terminal.print(alertTable(alerts, terminal));
  return EXIT.done;
}

/** Alerts, a line each. */
function alertTable(alerts: readonly Alert[], { now, columns }: Screen): string {
  const heads = [
    { head: 'EVENT', whole: true },
    { head: 'RAISED', whole: true },
    { head: 'STATE', whole: true },
    { head: 'SENT' },
    { head: 'WHAT' },
  ] as const;
  const rows = alerts.map((alert) => [
    alert.event,
    agoText(alert.raisedAt, now()),
    stateText(alert),
    sentText(alert),
    alert.what,
  ]);
  return renderTable(heads, rows, columns);
}

function stateText({ endable, endedAt }: Alert): string {
  if (!endable) return '–';
  return endedAt === null ? 'open' : 'over';
}

/** Who was told, and who did not take it. */
function sentText({ told, handedAt, number, sends }: Alert): string {
  if (!told) return `folded (${number})`;
  if (sends.length === 0) return handedAt === null ? 'waiting' : 'nobody';
  return sends
    .map(({ receiver, sentAt, reason, attempts }) =>
      sentAt === null ? `${receiver}: ${reason} (${countOf(attempts, 'attempt')})` : receiver,
    )
    .join(', ');
}
