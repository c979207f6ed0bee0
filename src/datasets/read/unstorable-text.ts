/** What many stores refuse in a text: NUL (Postgres), and half of a surrogate pair (everything that wants UTF-8). */
const UNSTORABLE = /[\0\p{Cs}]/gu;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|.)/g;

/** With U+FFFD in place of such characters. */
export function storable(text: string): string {
  return text.replaceAll(UNSTORABLE, '\u{FFFD}');
}

/** Whether a JSON text has such characters in any of its strings. There they can only be escaped. */
export function hasUnstorable(json: string): boolean {
  if (!json.includes('\\u')) return false;
  const decoded = json.replaceAll(ESCAPE, (_escape, hex: string | undefined) =>
    hex === undefined ? '' : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decoded.search(UNSTORABLE) !== -1;
}
