/** Nobody waits longer for one answer: proxies on the way would not. */
export const WAIT_MOST_SECONDS = 60;

const QUOTED = /"((?:[^"\\]|\\.)*)"/g;
const WAIT = /(?:^|,)\s*wait\s*=\s*(\d{1,9})\s*(?=[;,]|$)/i;

/**
 * How long a client would wait, of a `Prefer` header (RFC 7240): whole seconds, 60 at most. Undefined where it says
 * nothing of it, or nothing that can be understood: that must be ignored. Of several the first counts.
 */
export function waitPreference(prefer: string | undefined): number | undefined {
  // Commas within quotes part nothing.
  const plain = (prefer ?? '').replaceAll(QUOTED, (_quoted, text: string) => (/^\d+$/.test(text) ? text : '""'));
  const [, seconds] = WAIT.exec(plain) ?? [];
  return seconds === undefined ? undefined : Math.min(Number(seconds), WAIT_MOST_SECONDS);
}
