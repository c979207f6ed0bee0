import type { GateState } from '../ports/index.js';
import { countText } from '../text/number-text.js';
import { agoText, aheadText } from '../text/time-text.js';
import { html, outside, type Piece } from './page/html.js';
import { page } from './page/page.js';
import { siteHead } from './page/site.js';
import { table } from './page/table.js';
import { time } from './sections/section.js';

export interface OrgsData {
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly orgs: readonly GateState[];
}

/** The page of organisations: whether each answers, who holds its slots, who waits. */
export function renderOrgs({ generatedAt, orgs }: OrgsData): string {
  const nowMs = Date.parse(generatedAt);
  const none = 'No organisation is known yet: a worker announces those that it is configured for.';
  return page(
    { title: 'Organisations · journey metrics' },
    html`<main>
        ${siteHead('Organisations', '/orgs-page')}
        ${orgs.length === 0 ? html`<p class="absent">${none}</p>` : listing(orgs, nowMs)}
      </main>
      <footer><p>As of ${time(generatedAt)} UTC.</p></footer>`,
  );
}

function listing(orgs: readonly GateState[], nowMs: number): Piece {
  return table({
    caption: 'Organisations, by name',
    columns: [
      { head: 'Organisation' },
      { head: 'State' },
      { head: 'Last answer' },
      { head: 'Requests in the last hour', numeric: true },
      { head: 'Queries under way' },
      { head: 'Waiting', numeric: true },
      { head: 'Credentials' },
    ],
    rows: orgs.map((each): readonly Piece[] => [
      html`<a href="/?org=${encodeURIComponent(each.org)}">${outside(each.org)}</a>
        <span class="note"
          ><a href="/runs-page?org=${encodeURIComponent(each.org)}"
            >runs<span class="hidden"> of ${each.org}</span></a
          ></span
        >`,
      stateText(each, nowMs),
      each.lastSuccess === null
        ? '–'
        : html`<time datetime="${each.lastSuccess}">${agoText(each.lastSuccess, nowMs)}</time>`,
      countText(each.requestsLastHour),
      each.holders.length === 0 ? '–' : each.holders.map((holder) => holderText(holder, nowMs)),
      countText(each.waiting),
      each.credential === null ? 'no worker has any' : html`<code>${each.credential}</code>`,
    ]),
  });
}

function stateText({ circuit, openSince, nextProbe, failures }: GateState, nowMs: number): Piece {
  if (circuit === 'open') {
    const since = openSince === null ? '' : `, since ${agoText(openSince, nowMs)}`;
    const next =
      nextProbe === null || Date.parse(nextProbe) <= nowMs ? '' : `; asked again ${aheadText(nextProbe, nowMs)}`;
    return html`<span class="bad">does not answer</span>${since}${next}`;
  }
  return failures === 0 ? html`<span class="good">answers</span>` : `${countText(failures)} failures in a row`;
}

function holderText({ workflowId, source, since, abandoned }: GateState['holders'][number], nowMs: number): Piece {
  const name = workflowId === null ? 'a run' : outside(workflowId, 60);
  const run = workflowId === null ? name : html`<a href="/runs/${encodeURIComponent(workflowId)}/report">${name}</a>`;
  return html`<div>${run}, ${outside(source)}, ${agoText(since, nowMs)}${abandoned && ', its run has ended'}</div>`;
}
