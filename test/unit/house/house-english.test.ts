import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Files that users read whole, and folders whose texts and comments they read. */
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', '.env.example', 'docker-compose.yml'];
const FOLDERS = ['docs', 'schemas', 'src', 'stack', 'simulator'];

/** A phrase that a reader stumbles over, and what to write in its place. */
const REFUSED: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\bso many\b/i, 'up to N, this many'],
  [/\banew\b/i, 'again'],
  [/\bmend(s|ed|ing)?\b/i, 'fix'],
  [/(?<!\bthere )\b(is|are|was|were) none\b/i, 'there is none, is not a …'],
  [/\bwhom?ever\b/i, 'the caller, every key, anyone who'],
  [/what it costs, measured/i, 'Benchmarks'],
  [/\bthese very\b/i, 'the same, these'],
  [/\bput(s|ting)? off\b/i, 'delay'],
  [/\bby chance\b/i, 'random, at random'],
  [/nothing to remark/i, 'no findings'],
  [/\bbe rid of\b/i, 'delete'],
  [/\bin place of on\b/i, 'without waiting for'],
];

function filesIn(folder: string): readonly string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.(ts|mjs|md|json)$/.test(name)).map((name) => join(folder, name));
}

/** `src/a.ts:3: "so many": write up to N`, for each line of a text that has a refused phrase. */
function findingsIn(path: string, text: string): readonly string[] {
  return text.split('\n').flatMap((line, index) =>
    REFUSED.flatMap(([phrase, instead]) => {
      const [found] = phrase.exec(line) ?? [];
      return found === undefined ? [] : [`${path}:${index + 1}: "${found}": write ${instead}`];
    }),
  );
}

suite('what users read', () => {
  test('has none of the phrases that are hard to read', () => {
    const files = [...PAGES, ...FOLDERS.flatMap(filesIn)];
    assert.ok(files.length > 300);
    assert.deepEqual(
      files.flatMap((path) => findingsIn(path, readFileSync(join(ROOT, path), 'utf8'))),
      [],
    );
  });

  test('would be refused with its place and a better phrase', () => {
    assert.deepEqual(findingsIn('a.md', 'One.\nMend it; there is none.'), ['a.md:2: "Mend": write fix']);
    assert.deepEqual(findingsIn('a.md', 'A terminal that is none.'), [
      'a.md:1: "is none": write there is none, is not a …',
    ]);
  });
});
