const { stderr } = process;

/** Shows what is under way, on one line of a terminal; elsewhere nothing. */
export function show(text: string): void {
  if (stderr.isTTY) stderr.write(`\r\u{1b}[K${text.slice(0, stderr.columns - 1)}`);
}

/** Takes the line away. */
export function showNothing(): void {
  show('');
}
