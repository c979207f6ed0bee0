import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Puts a style around a text, or does not. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_style, text) => text;

/** Whether a stream takes colours was decided before: see `createTerminal`. */
export const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });
