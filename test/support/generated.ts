import assert from 'node:assert/strict';

/**
 * Fails when a generated file is not what its script writes now: with the command to run and the first line that
 * differs, and not with both texts, which may be long.
 */
export function assertFresh(found: string, expected: string, path: string, script: string): void {
  if (found === expected) return;
  const [foundLines, expectedLines] = [found.split('\n'), expected.split('\n')];
  const index = expectedLines.findIndex((line, at) => line !== foundLines[at]);
  const line = index === -1 ? expectedLines.length : index;
  const lines = [`  found     ${quote(foundLines[line])}`, `  expected  ${quote(expectedLines[line])}`];
  assert.fail(`${path} is stale: run \`node --import tsx ${script}\`. Line ${line + 1}:\n${lines.join('\n')}`);
}

function quote(line: string | undefined): string {
  return line === undefined ? '(the file has ended)' : line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
