import type { DeliveryReport, EndedDelivery } from '../../contract/result/result.js';
import { bytesText } from '../../text/bytes-text.js';
import { countText } from '../../text/number-text.js';
import { durationText } from '../../text/time-text.js';
import type { DeliveryAnswer, DeliveryAnswers } from '../../records/ledger/delivery-answers.js';
import { html, outside, type Html, type Piece } from '../page/html.js';
import type { ReportData } from '../data/report-data.js';
import { table } from '../page/table.js';
import { facts, shown, time, type Section } from './section.js';

/** What was sent to each destination, and what it said to that. */
export function delivery({ answers, result, run }: ReportData): Section {
  const deliveries = result?.deliveries ?? [];
  const isOne = deliveries.length <= 1;
  const body = [
    isOne ? result && one(result.delivery) : listed(deliveries),
    shown(answers, (all) =>
      all.map((said) => [
        all.length > 1 && html`<h3>To ${outside(said.destination)}</h3>`,
        attempts(said, run.workflowId),
      ]),
    ),
  ];
  return { id: 'delivery', heading: isOne ? 'Delivery' : 'Deliveries', body };
}

function one({ deliveryId, signed, lastFailure }: DeliveryReport): Piece {
  return [
    lastFailure !== undefined && html`<p class="failure">Last answer: ${outside(lastFailure, 300)}</p>`,
    !signed && html`<p class="warning">Not signed: the receiver cannot verify the sender.</p>`,
    facts([['Delivery', html`<code>${outside(deliveryId)}</code>`]]),
  ];
}

/** Several of one reading: each to its destination, on its own. */
function listed(deliveries: readonly EndedDelivery[]): Html {
  return table({
    caption: 'Deliveries of the run',
    columns: [
      { head: 'To' },
      { head: 'Outcome' },
      { head: 'Revision', numeric: true },
      { head: 'Rows', numeric: true },
      { head: 'Parts', numeric: true },
      { head: 'Attempts', numeric: true },
      { head: 'Last answer' },
      { head: 'Delivery' },
    ],
    rows: deliveries.map((each) => [
      outside(each.destination),
      outcomeText(each),
      each.revision,
      each.rows === undefined ? '–' : countText(each.rows),
      countText(each.parts),
      countText(each.attempts),
      each.lastFailure === undefined ? '–' : outside(each.lastFailure, 300),
      html`<code>${outside(each.deliveryId)}</code>`,
    ]),
  });
}

function outcomeText({ outcome, superseded }: EndedDelivery): Piece {
  if (superseded) return 'superseded: a later one is there';
  return outcome === 'undelivered' ? html`<span class="bad">undelivered</span>` : outcome;
}

function attempts(said: DeliveryAnswers, workflowId: string): readonly Piece[] {
  const { revision, destination, parts, partsDelivered, bytes, deliveredAt, contentHash, count, answers } = said;
  return [
    facts([
      ['Revision', revision],
      ['To', outside(destination)],
      ['Parts', `${countText(partsDelivered)} of ${countText(parts)} acknowledged, ${bytesText(bytes)}`],
      ['Acknowledged', deliveredAt === null ? 'not in full' : html`${time(deliveredAt)} UTC`],
      ['Content', html`<code>${outside(contentHash)}</code>`],
    ]),
    count === 0 ? html`<p class="absent">Nothing was sent.</p>` : listing(answers, count, workflowId),
  ];
}

function listing(answers: readonly DeliveryAnswer[], count: number, workflowId: string): Html {
  return table({
    caption: 'Answers of the receiver',
    columns: [
      { head: 'Time (UTC)' },
      { head: 'Attempt', numeric: true },
      { head: 'Part', numeric: true },
      { head: 'Status', numeric: true },
      { head: 'Answer' },
      { head: 'Sent by' },
    ],
    rows: answers.map((each) => [
      time(each.at),
      each.attempt,
      each.part + 1,
      each.status ?? '–',
      answerText(each),
      each.workflowId === workflowId ? 'this run' : outside(each.workflowId ?? 'no longer known', 80),
    ]),
    of: count,
  });
}

function answerText({ delivered: taken, reason, retryAfterMs }: DeliveryAnswer): Piece {
  const later = retryAfterMs === null ? '' : `, asked to wait ${durationText(retryAfterMs)}`;
  return taken
    ? html`<span class="good">taken</span>`
    : html`<span class="bad">refused</span>: ${outside(reason)}${later}`;
}
