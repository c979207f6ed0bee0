import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testFilesIn, testFilesOf, TIERS, type Tier } from '../../support/run/tiers.js';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
const tiers = Object.entries<Tier>(TIERS);

suite('the tiers of tests', () => {
  test('hold each test file once', () => {
    const inTiers = tiers.flatMap(([, tier]) => testFilesOf(tier));
    assert.deepEqual(inTiers.toSorted(), testFilesIn('test').toSorted());
    assert.ok(tiers.every(([, tier]) => testFilesOf(tier).length > 0));
  });

  test('have a script each, and `npm run check` runs what a change must pass', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const ofTier = (name: string): string[] =>
      Object.keys(scripts).filter((script) => scripts[script]?.endsWith(` test/run.ts ${name}`));
    assert.deepEqual(
      tiers.map(([name]) => ofTier(name)),
      [['test'], ['test:servers'], ['test:field:files'], ['test:crash']],
    );
    const checked = read('scripts/check.mjs');
    for (const script of ['test', 'test:servers']) assert.ok(checked.includes(`'${script}'`), script);
    assert.ok(read('scripts/field.mjs').includes("'test:field:files'"));
  });
});
