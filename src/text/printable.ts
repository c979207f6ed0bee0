/** Texts from elsewhere as a terminal may get them: an escape sequence in one must not move the cursor or hide a line. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}
