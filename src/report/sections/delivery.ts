import { bytesText } from '../../text/bytes-text.js';
import { countText } from '../../text/number-text.js';
import { durationText } from '../../text/time-text.js';
import type { DeliveryAnswer, DeliveryAnswers } from '../../records/ledger/delivery-answers.js';
import { html, outside, type Html, type Piece } from '../page/html.js';
import type { ReportData } from '../data/report-data.js';
import { table } from '../page/table.js';
import { facts, shown, time, type Section } from './section.js';

/** What was sent, and what the receiver said to it. */
export function delivery({ answers, result, run }: ReportData): Section {
  const report = result?.delivery;
  const body = [
    report?.lastFailure !== undefined && html`<p class="failure">Last answer: ${outside(report.lastFailure, 300)}</p>`,
    report?.signed === false && html`<p class="warning">Not signed: the receiver cannot verify the sender.</p>`,
    report && facts([['Delivery', html`<code>${outside(report.deliveryId)}</code>`]]),
    shown(answers, (said) => attempts(said, run.workflowId)),
  ];
  return { id: 'delivery', heading: 'Delivery', body };
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
