import type { WindowHistory } from '../ports/index.js';
import { causesText } from '../text/cause-text.js';
import { runTitle } from '../text/run-title.js';
import { html, outside, type Html, type Piece } from './page/html.js';
import { page } from './page/page.js';
import { siteHead } from './page/site.js';
import { table } from './page/table.js';
import { facts, time } from './sections/section.js';

export interface WindowData {
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly history: WindowHistory;
}

/** The page of one window at one destination: its revisions, and the runs that found them, each with its report. */
export function renderWindow({ generatedAt, history }: WindowData): string {
  const { org, destination, report, window, deliveryId, revisions } = history;
  const title = runTitle({ org, report, window });
  return page(
    { title: `${title} · journey metrics` },
    html`<main>
        ${siteHead(title)}
        ${facts([
          ['Destination', outside(destination)],
          ['Series', html`<code>${history.series ?? '–'}</code>`],
          ['Delivery', html`<code>${deliveryId}</code>`],
        ])}
        <section>
          <h2>Revisions</h2>
          ${revisionTable(revisions)}
        </section>
      </main>
      <footer>
        <p>As of ${time(generatedAt)} UTC. Temporal forgets runs after a while; then their reports are gone.</p>
      </footer>`,
  );
}

function revisionTable(revisions: WindowHistory['revisions']): Html {
  return table({
    caption: 'Revisions, newest first',
    columns: [
      { head: 'Revision' },
      { head: 'Read' },
      { head: 'Delivered' },
      { head: 'Rows', numeric: true },
      { head: 'Why' },
      { head: 'Runs' },
    ],
    rows: revisions
      .toReversed()
      .map(({ revision, claimedAt, deliveredAt, rows, causes, readings }): readonly Piece[] => [
        revision,
        time(claimedAt),
        deliveredAt === null ? html`<span class="bad">not delivered</span>` : time(deliveredAt),
        rows ?? '–',
        causesText(causes, revision),
        readings.map(
          ({ workflowId, outcome, at }) =>
            html`<div>
              <a href="/runs/${encodeURIComponent(workflowId)}/report">${time(at)}</a> ${outcome ?? 'running'}
            </div>`,
        ),
      ]),
  });
}
