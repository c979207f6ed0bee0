/** Markup that may stand in a page as it is. Made by {@link html}, or vouched for by {@link trusted}; by nothing else. */
export class Html {
  constructor(readonly markup: string) {}
}

/** What can be put into a template. Nothing is written for null, undefined and false. */
export type Piece = Html | string | number | null | undefined | false | readonly Piece[];

/** Lines of a template are broken for the reader of its source: on a page a break is a space. */
const LINE_BREAK = /\s*\n\s*/g;

/** Markup with everything between its texts escaped, for text and for attributes in double quotes; of HTML and SVG alike. */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const parts = texts.map(
    (text, index) => `${text.replaceAll(LINE_BREAK, ' ')}${index < pieces.length ? written(pieces[index]) : ''}`,
  );
  return new Html(parts.join(''));
}

/** Markup that somebody else has made, and in which nothing from outside is left unescaped. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

/**
 * A name, message or id from outside, set apart from the direction of its surroundings. It is cut where it would be longer
 * than a person reads.
 */
export function outside(text: string, most = 120): Html {
  return html`<bdi>${shortened(text, most)}</bdi>`;
}

/** A text from outside where no markup can be, as in an attribute: cut where it would be longer than a person reads. */
export function shortened(text: string, most = 120): string {
  const points = Array.from(text.slice(0, 2 * most + 2));
  return points.length > most ? `${points.slice(0, most - 1).join('')}…` : text;
}

function written(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Html) return piece.markup;
  if (typeof piece === 'object') return piece.map(written).join('');
  return escaped(String(piece));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * No text of a page needs these: controls, halves of pairs and non-characters, which a parser of HTML refuses or replaces,
 * and what turns the direction of a text, so that a name reads as another one.
 */
const UNFIT = /[^\P{Cc}\t\n]|\p{Cs}|[\uFDD0-\uFDEF\uFFFE\uFFFF\u202A-\u202E\u2066-\u2069]/gu;

function escaped(text: string): string {
  return text.replaceAll(UNFIT, '\u{FFFD}').replaceAll(/[&<>"'`]/g, (character) => ESCAPES[character] ?? '');
}
