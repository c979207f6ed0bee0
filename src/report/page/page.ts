import { createHash } from 'node:crypto';
import { html, trusted, type Html, type Piece } from './html.js';
import { LIVE_SCRIPT_PATH } from './live-script.js';
import { STYLE } from './style.js';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

interface PageHead {
  readonly title: string;
  readonly forms?: 'none' | 'self';
  /** Of the gateway only: keeps itself as it is now. */
  readonly live?: boolean;
}

/**
 * What a page may do: show itself. No picture, font or style from elsewhere, a form only where it came from, and a script
 * only where a page is live: that of its own gateway.
 */
function policy({ forms = 'none', live = false }: PageHead): string {
  const script = live ? "; script-src 'self'; connect-src 'self'" : '';
  return `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action '${forms}'${script}`;
}

/** A whole document, in one piece, without a line end after it. */
export function page(head: PageHead, body: Piece): string {
  const { title, live = false } = head;
  const document: Html = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(head)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${trusted(`<style>${STYLE}</style>`)} ${live && html`<script src="${LIVE_SCRIPT_PATH}" defer></script>`}
      </head>
      <body>
        ${body}
      </body>
    </html>`;
  return document.markup;
}
