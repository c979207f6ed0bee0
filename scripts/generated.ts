/** Files, or parts of them, that a script writes. What is checked is that running the script would change nothing. */

// Prettier's own marks: what is between them keeps the form that is written here.
const BEGIN = '<!-- prettier-ignore-start -->';
const END = '<!-- prettier-ignore-end -->';

/** The document with `block` between its marks; throws when it does not have them once. */
export function withBlock(document: string, name: string, block: string): string {
  const [before, between, ...rest] = document.split(BEGIN);
  const [, after, ...more] = between?.split(END) ?? [];
  if (before === undefined || after === undefined || rest.length + more.length > 0) {
    throw new Error(`${name} must hold ${BEGIN} and ${END} once, in this order`);
  }
  return `${before}${BEGIN}\n${block}\n${END}${after}`;
}

/** Why a generated file is out of date, and what to do; undefined when it is not. */
export function staleness(
  { name, text, command }: { readonly name: string; readonly text: string; readonly command: string },
  expected: string,
): string | undefined {
  if (text === expected) return undefined;
  const [are, should] = [text.split('\n'), expected.split('\n')];
  const line = should.findIndex((each, index) => each !== are[index]);
  const at = line === -1 ? should.length : line;
  const shown = (value: string | undefined): string => value ?? '(no such line)';
  return [
    `${name} is out of date: run \`${command}\`. Line ${at + 1} is`,
    `  ${shown(are[at])}`,
    'and should be',
    `  ${shown(should[at])}`,
  ].join('\n');
}
