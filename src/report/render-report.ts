import { html, shortened } from './page/html.js';
import { page } from './page/page.js';
import type { ReportData } from './data/report-data.js';
import { audit } from './sections/audit.js';
import { completeness } from './sections/completeness.js';
import { delivery } from './sections/delivery.js';
import { distribution } from './sections/distribution.js';
import { howMade } from './sections/how-made.js';
import { headline } from './sections/headline.js';
import { journeys } from './sections/journeys.js';
import { overTime } from './sections/over-time.js';
import { quality } from './sections/quality.js';
import { time, type Section } from './sections/section.js';
import { timeline } from './sections/timeline.js';

const SECTIONS: readonly ((data: ReportData) => Section | undefined)[] = [
  ...[overTime, distribution, journeys, howMade],
  ...[completeness, quality, delivery, timeline, audit],
];

/** The page of a run: one HTML document that needs nothing else, has no script, and is below a megabyte whatever the run. */
export function renderReport(data: ReportData): string {
  const sections = SECTIONS.flatMap((of) => of(data) ?? []);
  const title = `${shortened(data.window?.label ?? data.run.workflowId)} · ${data.run.outcome ?? data.run.state} · journey metrics`;
  return page(
    { title },
    html`<main>
        ${headline(data)}
        <nav aria-label="Sections">
          <ul>
            ${sections.map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li>`)}
          </ul>
        </nav>
        ${sections.map(
          ({ id, heading, body }) =>
            html`<section id="${id}" aria-labelledby="${id}-heading">
              <h2 id="${id}-heading">${heading}</h2>
              ${body}
            </section> `,
        )}
      </main>
      <footer>
        <p>Made ${time(data.generatedAt)} UTC.</p>
      </footer>`,
  );
}
