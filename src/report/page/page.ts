import { createHash } from 'node:crypto';
import { html, trusted, type Html, type Piece } from './html.js';
import { STYLE } from './style.js';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** What a page may do: show itself. No script, no picture, font or style from elsewhere, and a form only where it came from. */
function policy(forms: 'none' | 'self'): string {
  return `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action '${forms}'`;
}

/** A whole document, in one piece, without a line end after it. */
export function page(
  { title, forms = 'none' }: { readonly title: string; readonly forms?: 'none' | 'self' },
  body: Piece,
): string {
  const document: Html = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(forms)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${trusted(`<style>${STYLE}</style>`)}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
  return document.markup;
}
