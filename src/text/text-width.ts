import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter();

/** Columns that a text takes on a terminal: two for a Chinese character or an emoji, none for an accent of its own. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** The text, cut to this many columns, between characters as people count them; an ellipsis says that it was. */
export function truncate(text: string, room: number): string {
  if (widthOf(text) <= room) return text;
  let kept = '';
  for (const { segment } of segmenter.segment(text)) {
    if (widthOf(kept + segment) > room - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
