import type { DestinationState } from '../ports/index.js';
import { countOf, countText } from '../text/number-text.js';
import { agoText } from '../text/time-text.js';
import { html, outside, type Piece } from './page/html.js';
import { page } from './page/page.js';
import { siteHead } from './page/site.js';
import { table } from './page/table.js';
import { time } from './sections/section.js';

export interface DestinationsData {
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly destinations: readonly DestinationState[];
}

/** The page of destinations: what has arrived at each, and what has not. */
export function renderDestinations({ generatedAt, destinations }: DestinationsData): string {
  const nowMs = Date.parse(generatedAt);
  const none = 'Nothing was delivered yet. A run, a backfill or a schedule makes the first delivery.';
  return page(
    { title: 'Destinations · journey metrics' },
    html`<main>
        ${siteHead('Destinations', '/destinations-page')}
        ${destinations.length === 0 ? html`<p class="absent">${none}</p>` : listing(destinations, nowMs)}
      </main>
      <footer>
        <p>As of ${time(generatedAt)} UTC. Destinations to which no run has delivered yet are not listed.</p>
      </footer>`,
  );
}

function listing(destinations: readonly DestinationState[], nowMs: number): Piece {
  return table({
    caption: 'Destinations, by organisation',
    columns: [
      { head: 'Destination' },
      { head: 'Organisation' },
      { head: 'State' },
      { head: 'Last delivery' },
      { head: 'Series', numeric: true },
      { head: 'Windows', numeric: true },
    ],
    rows: destinations.map((each): readonly Piece[] => {
      const { org, destination, series, windows, lastDeliveredAt: last } = each;
      const path = `/?org=${encodeURIComponent(org)}&destination=${encodeURIComponent(destination)}`;
      return [
        html`<a href="${path}">${outside(destination)}<span class="hidden"> of ${org}</span></a>`,
        outside(org),
        stateText(each, nowMs),
        last === null ? 'nothing yet' : html`<time datetime="${last}">${agoText(last, nowMs)}</time>`,
        countText(series),
        countText(windows),
      ];
    }),
  });
}

function stateText({ undelivered, lastFailure }: DestinationState, nowMs: number): Piece {
  if (undelivered === 0) return html`<span class="good">everything has arrived</span>`;
  const last = lastFailure === null ? '' : [': ', outside(lastFailure.reason), `, ${agoText(lastFailure.at, nowMs)}`];
  return html`<span class="bad">${countOf(undelivered, 'window')} undelivered</span>${last}`;
}
