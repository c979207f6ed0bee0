import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FAILURES } from '../../../src/contract/failures.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** What runs raise: activities, workflows and adapters. Clients only pass on. */
const RAISERS = ['activities', 'sources', 'datasets', 'destinations', 'records', 'workflows'];

function textOf(room: string): string {
  const folder = join(ROOT, 'src', room);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}

suite('failure types', () => {
  const sources = RAISERS.map(textOf).join('\n');

  for (const [type, { meaning }] of Object.entries(FAILURES)) {
    test(`${type} is raised somewhere`, () => {
      assert.ok(sources.includes(`'${type}'`));
    });

    test(`${type} is told in sentences`, () => {
      assert.match(meaning, /^[A-Z].*\.$/s);
    });
  }

  test('docs/failure-model.md lists every one, and no other', () => {
    const model = readFileSync(join(ROOT, 'docs/failure-model.md'), 'utf8');
    const rows = [...model.matchAll(/^\| *`([A-Z][A-Za-z]+)` *\|/gm)].map(([, type]) => type);
    assert.deepEqual(rows.toSorted(), Object.keys(FAILURES).toSorted());
  });

  test('no adapter raises a type that is not in the table', () => {
    const raised = [...sources.matchAll(/\bfailure(?:Type)?(?:\(|:\s*|\s*=\s*)'([A-Z]\w+)'/g)].map(([, type]) => type);
    assert.ok(raised.length > 5, 'the look finds some');
    assert.deepEqual(
      raised.filter((type) => type === undefined || !Object.hasOwn(FAILURES, type)),
      [],
    );
  });
});
