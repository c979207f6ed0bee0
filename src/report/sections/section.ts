import { html, type Html, type Piece } from '../page/html.js';
import type { SectionData } from '../data/section-data.js';

/** A part of the page under a heading of its own, which the list of contents leads to. */
export interface Section {
  readonly id: string;
  readonly heading: string;
  readonly body: Piece;
}

/** What was found, or why nothing was. */
export function shown<T>(of: SectionData<T>, show: (found: T) => Piece): Piece {
  return 'found' in of ? show(of.found) : html`<p class="absent">${of.why}</p>`;
}

/** Facts as pairs of a name and a value. */
export function facts(pairs: readonly (readonly [Piece, Piece])[]): Html {
  return html`<dl class="facts">
    ${pairs.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** An instant as people read it, to the second. */
export function time(instant: string | null): Piece {
  if (instant === null) return '–';
  const text = instant.replace(/^(.{10})T(.{8}).*$/, '$1 $2');
  return html`<time datetime="${instant}">${text}</time>`;
}

/** A measure or a rate; a dash where there is none. */
export function numberOr(value: number | null | undefined, text: (value: number) => string): string {
  return value === null || value === undefined ? '–' : text(value);
}
