/** Where the gateway has it. */
export const LIVE_SCRIPT_PATH = '/assets/live.js';

/**
 * Keeps what is marked with `data-live` as it is now, as long as anything on the page is `data-running`: it asks for the
 * same page again, and takes over what differs. The focus, the form and the place on the page stay. Without it a page is
 * the same, as of when it was asked for.
 */
export const LIVE_SCRIPT = `'use strict';
const EVERY_MS = 5000;
const parts = (page) => new Map(Array.from(page.querySelectorAll('[data-live]'), (part) => [part.dataset.live, part]));
const isRunning = () => document.querySelector('[data-running]') !== null;
async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
      if (answer.ok) {
        const fresh = parts(new DOMParser().parseFromString(await answer.text(), 'text/html'));
        for (const [name, part] of parts(document)) {
          const next = fresh.get(name);
          if (next !== undefined && next.outerHTML !== part.outerHTML) part.replaceWith(document.adoptNode(next));
        }
      }
    } catch {
      // The gateway is away: the next look finds it again.
    }
  }
  if (isRunning()) setTimeout(look, EVERY_MS);
}
if (isRunning()) setTimeout(look, EVERY_MS);
`;
