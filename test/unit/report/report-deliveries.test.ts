import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderReport } from '../../../src/report/render-report.js';
import { reportData } from './report-fixtures.js';

test('several deliveries stand side by side, each with its destination, outcome, revision, attempts, parts and answers', () => {
  const data = reportData();
  assert.ok(data.result && 'found' in data.answers);
  const [answers] = data.answers.found;
  assert.ok(answers);
  const own = { ...data.result.delivery, rows: 1_234 };
  const page = renderReport({
    ...data,
    result: {
      ...data.result,
      deliveries: [
        { ...own, destination: 'bi', outcome: 'completed' },
        {
          ...own,
          destination: 'lake',
          outcome: 'undelivered',
          attempts: 10,
          parts: 1,
          revision: 3,
          lastFailure: 'no room',
        },
        { ...own, destination: 'table', outcome: 'completed', superseded: true },
      ],
    },
    answers: { found: [answers, { ...answers, destination: 'lake', revision: 3, parts: 1, partsDelivered: 0 }] },
  });
  const text = page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
  assert.match(text, /Deliveries/);
  assert.match(text, / bi completed 2 1,234 5 2 – /);
  assert.match(text, / lake undelivered 3 1,234 1 10 no room /);
  assert.match(text, / table superseded: a later one is there 2 /);
  assert.match(text, /To lake .*0 of 1 acknowledged/);
});
