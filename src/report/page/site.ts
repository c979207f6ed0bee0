import { html, type Html } from './html.js';

const PAGES = [
  ['/', 'Coverage'],
  ['/runs-page', 'Runs'],
  ['/orgs-page', 'Organisations'],
  ['/destinations-page', 'Destinations'],
] as const;

/** The head of a page of the gateway, with the way to the others. */
export function siteHead(heading: string, here?: (typeof PAGES)[number][0]): Html {
  return html`<header>
    <p class="product">Journey metrics</p>
    <h1>${heading}</h1>
    <nav aria-label="Pages">
      <ul>
        ${PAGES.map(([path, name]) => html`<li><a href="${path}" ${path === here && html`aria-current="page"`}>${name}</a></li> `)}
      </ul>
    </nav>
  </header>`;
}
