import { ALERTS } from '../../contract/alerts.js';
import type { Alert } from '../../ports/index.js';

/** An alert as it is sent. `alert.test`: somebody tries whether alerts arrive, and nothing has happened. */
export type SentAlert = Pick<Alert, 'id' | 'org' | 'what' | 'about' | 'number' | 'raisedAt'> & {
  readonly event: Alert['event'] | 'alert.test';
};

function remedyOf({ event }: SentAlert): string {
  return event === 'alert.test' ? 'There is nothing to do.' : ALERTS[event].remedy;
}

/** The page that says more: of a run its report, else the first page. Undefined where no gateway is known. */
function alertLink({ about }: Pick<Alert, 'about'>, gatewayUrl: string | undefined): string | undefined {
  if (gatewayUrl === undefined) return undefined;
  const { workflowId } = about;
  return workflowId === undefined ? `${gatewayUrl}/` : `${gatewayUrl}/runs/${encodeURIComponent(workflowId)}/report`;
}

/** The body of a webhook: the same alert is the same bytes. */
export function webhookBody(alert: SentAlert, gatewayUrl: string | undefined): string {
  const { id, event, org, what, about, number, raisedAt } = alert;
  const link = alertLink(alert, gatewayUrl);
  const data = { id, org, what, remedy: remedyOf(alert), ...(link && { link }), repetition: number, ...about };
  return JSON.stringify({ type: event, timestamp: raisedAt, data });
}

/** Characters that Slack takes of a text, with room for the rest of the message. */
const WHAT_MOST = 2_000;

/** The body of an incoming webhook of Slack. */
export function slackBody(alert: SentAlert, gatewayUrl: string | undefined): string {
  const { event, org, what, number } = alert;
  const link = alertLink(alert, gatewayUrl);
  const times = number > 1 ? ` (repetition ${number})` : '';
  const lines = [
    `*${event}*${org === null ? '' : ` · ${escaped(org)}`}${times}`,
    escaped(what.slice(0, WHAT_MOST)),
    `_${escaped(remedyOf(alert))}_`,
    ...(link === undefined ? [] : [`<${link}|Open the page>`]),
  ];
  return JSON.stringify({
    text: `${event}: ${escaped(what.slice(0, WHAT_MOST))}`,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: lines.join('\n') } }],
  });
}

/** Slack's three: everything else is text, also in names that somebody chose. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
