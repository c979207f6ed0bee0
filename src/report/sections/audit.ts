import { countOf, countText } from '../../text/number-text.js';
import type { AuditListing } from '../../ports/index.js';
import { html, outside, type Html, type Piece } from '../page/html.js';
import type { ReportData } from '../data/report-data.js';
import { facts, numberOr, shown, time, type Section } from './section.js';

/** A run leaves one; a second one would be somebody else's work. */
const ENTRIES_SHOWN = 3;

/** The entry that the run left in the trail, with the hash that it is chained by. */
export function audit({ audit: entries, runKey }: ReportData): Section {
  const body = shown(entries, (all) => {
    const own = all.filter((entry) => entry.runKey === runKey);
    const others = all.length - own.length;
    return [
      own.length === 0 &&
        html`<p class="absent">This run has no entry yet: the entry is written when the run ends.</p>`,
      own.slice(0, ENTRIES_SHOWN).map(entryFacts),
      others > 0 && html`<p class="note">${countOf(others, 'entry', 'entries')} of other runs under the same id.</p>`,
    ];
  });
  return { id: 'audit', heading: 'Audit', body };
}

function entryFacts(entry: AuditListing): Html {
  const { seq, kind, status, timestamp, recordedAt, requester, queryHash, failureType, failureMessage, hash } = entry;
  const failed: readonly (readonly [Piece, Piece])[] =
    failureType === null
      ? []
      : [['Failure', html`<code>${outside(failureType)}</code> ${outside(failureMessage ?? '', 1_000)}`]];
  return facts([
    ['Entry', html`${countText(seq)}, ${outside(kind)}`],
    ['Outcome', outside(status)],
    ['At', html`${time(timestamp)} UTC`],
    ['Recorded', html`${time(recordedAt)} UTC`],
    ['Requester', outside(requester)],
    ['Rows processed', countText(entry.rows_processed)],
    ['accuracy_rate', entry.rows?.returned === 0 ? 'no rows' : numberOr(entry.accuracy_rate, (rate) => `${rate.toFixed(2)} %`)],
    ['Query hash', html`<code>${outside(queryHash ?? '–')}</code>`],
    ...failed,
    ['Hash', html`<code class="hash">${outside(hash)}</code>`],
  ]);
}
