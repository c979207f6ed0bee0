import { html, type Html, type Piece } from './html.js';

export interface Column {
  readonly head: Piece;
  readonly numeric?: boolean;
}

export interface TableOptions {
  /** Said to those who cannot see what it stands under. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** The first cell of a row is its head. */
  readonly rows: readonly (readonly Piece[])[];
  /** Rows there are; of more than are listed a line says so. */
  readonly of?: number;
}

/** A table in a box of its own, which scrolls sideways where it is wider than the page and can be reached by keyboard. */
export function table({ caption, columns, rows, of = rows.length }: TableOptions): Html {
  const numeric = columns.map((column) => (column.numeric === true ? html` class="number"` : ''));
  const heads = columns.map(({ head }, index) => html`<th scope="col" ${numeric[index]}>${head}</th>`);
  const lines = rows.map(
    ([first, ...cells]) =>
      html`<tr>
        <th scope="row" ${numeric[0]}>${first}</th>
        ${cells.map((cell, index) => html`<td${numeric[index + 1]}>${cell}</td>`)}
      </tr> `,
  );
  const rest = of - rows.length;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
      <table>
        <caption class="hidden">
          ${caption}
        </caption>
        <thead>
          <tr>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${lines}
        </tbody>
      </table>
    </div>
    ${rest > 0 && html`<p class="note">${rest} more are not shown.</p>`}`;
}
