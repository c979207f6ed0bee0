import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderReport } from '../../../src/report/render-report.js';
import { renderRuns } from '../../../src/report/render-runs.js';
import { histogramOf, reportData, resultOf } from './report-fixtures.js';

/** Every tag with the names of its attributes, in order: what texts of the outside must not change. */
const skeleton = (page: string): readonly string[] =>
  (page.replace(/<style>.*?<\/style>/s, '').match(/<[^>]+>/g) ?? []).map((tag) => tag.replaceAll(/="[^"]*"/g, ''));

/** Geometry follows numbers only, so charts are the same but for their words. */
const PAGE = renderReport(reportData());

/** Without the white space beside tags. */
const TIGHT = PAGE.replaceAll(/\s*(<[^>]*?)\s*(>)\s*/g, '$1$2');

test('texts of the outside change words and nothing else of a page', () => {
  const hostile = fc.constantFrom(
    '<script>alert(1)</script>',
    '</style><img src=x onerror=alert(1)>',
    '</title></svg><svg onload=alert(1)>',
    '"><a href="javascript:alert(1)">x</a>',
    "' onmouseover='alert(1)",
    ']]><!--',
    '${7*7}{{7*7}}',
    '\u202Etxet desrever\u2066',
    '\u0000\uD800\uFFFE',
    '=HYPERLINK("https://evil.example")',
    '&lt;b&gt;&#x3c;i&#x3e;',
  );
  const words = fc.oneof(hostile, fc.string({ unit: 'binary', minLength: 1 }));
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 8 }), (texts) => {
      const said = new Map<string, string>();
      const say = (label: string): string => {
        said.set(label, said.get(label) ?? texts[said.size % texts.length] ?? '');
        return said.get(label) ?? '';
      };
      const page = renderReport(reportData(say));
      assert.deepEqual(skeleton(page), skeleton(PAGE));
    }),
    { numRuns: 60 },
  );
});

test('the list of runs takes hostile ids and searches just as well', () => {
  const listOf = (text: string): string =>
    renderRuns({
      generatedAt: '2026-11-20T10:00:00.000Z',
      runs: [
        {
          run: { ...reportData(() => text).run, state: 'running', outcome: null, closedAt: null },
          progress: { phase: 'waiting', polls: 3, pages: 0, rows: 0, deliveryAttempts: 0, partsDelivered: 0, parts: 0 },
          reportPath: `/runs/${encodeURIComponent('x')}/report`,
          temporalUrl: 'javascript:alert(1)',
        },
      ],
      search: { text, org: text, source: text, state: 'running', before: text },
      older: text,
    });
  const plain = listOf('x');
  assert.match(plain, /<progress max="1" value="0\.20" aria-label="Progress of x" *><\/progress *>/);
  assert.match(plain, /<option value="running" +selected>/);
  assert.doesNotMatch(plain, /javascript:/);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
      assert.deepEqual(skeleton(listOf(`<"'>${text}`)), skeleton(plain));
    }),
  );
});

test('the list leads to older runs and back, with what was searched for, and says when Temporal is away', () => {
  const { run } = reportData();
  const nobody = { generatedAt: '2026-11-20T10:00:00.000Z', runs: [], search: {} };
  const some = { ...nobody, runs: [{ run, reportPath: '/runs/x/report' }], search: { text: 'x' } };
  assert.match(renderRuns(nobody), /There is no run yet\./);
  assert.match(renderRuns({ ...nobody, search: { text: 'x' } }), /No run matches\./);
  assert.match(
    renderRuns({ ...some, older: 'a~b' }),
    /href="\/runs-page\?text=x&amp;before=a%7Eb" rel="next">Older runs/,
  );
  assert.match(renderRuns({ ...some, search: { text: 'x', before: 'c' } }), /href="\/runs-page\?text=x">Newest runs/);
  assert.match(renderRuns({ ...some, withoutTemporal: true }), /Temporal does not answer/);
  assert.doesNotMatch(renderRuns(some), /Older runs|Newest runs|Temporal does not/);
});

test('no two labels of a time axis read the same', () => {
  const { story, run } = reportData();
  const [started] = story.episodes;
  assert.ok(started);
  const to = '2026-11-15T00:00:04.300Z';
  const episodes = [started, { ...started, stage: 'plan' as const, to }];
  const page = renderReport(
    reportData((label) => label, { run: { ...run, closedAt: to }, story: { ...story, episodes } }),
  );
  const [, chart = ''] = /aria-labelledby="timeline-title.*?(<desc.*?)<\/svg>/s.exec(page) ?? [];
  const labels = [...chart.matchAll(/<text[^>]*>([^<]+)<\/text>/g)].map(([, label]) => label);
  assert.ok(labels.includes('4 s'));
  assert.equal(new Set(labels).size, labels.length, labels.join());
});

test('the same data make the same bytes, also in a process that has drawn other charts meanwhile', () => {
  const other = renderReport(reportData((label) => label.toUpperCase()));
  assert.notEqual(other, PAGE);
  assert.equal(renderReport(reportData()), PAGE);
});

test('a page has no script, no handler, no style in an attribute, nothing from elsewhere, and a policy that says so', () => {
  const withoutStyle = PAGE.replace(/<style>.*?<\/style>/s, '');
  assert.doesNotMatch(withoutStyle, /<script|<link|<img|<iframe|<object|<style|@import|url\((?!#)/i);
  assert.doesNotMatch(withoutStyle, /\s(?:on[a-z]+|style|src|srcset)=/i);
  assert.doesNotMatch(PAGE, /@import|url\((?!#)/i);
  assert.deepEqual(
    [...new Set(PAGE.match(/(?:href|xmlns)="[^"#]*"/g))],
    ['href="https://temporal.example/namespaces/default/workflows/run"', 'xmlns="http://www.w3.org/2000/svg"'],
  );
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(PAGE) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  assert.ok(PAGE.includes(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`));
});

test('ids are there once, and whatever refers to one finds it', () => {
  const ids = [...PAGE.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? '');
  assert.equal(new Set(ids).size, ids.length);
  const referred = [...PAGE.matchAll(/ (?:aria-labelledby|href)="(#?)([^":]+)"/g)].flatMap(([, , id = '']) =>
    id.split(' '),
  );
  assert.ok(referred.length > 10);
  for (const id of referred) assert.ok(ids.includes(id), id);
  for (const [, id = ''] of PAGE.matchAll(/url\(#([^)]+)\)/g)) assert.ok(ids.includes(id), id);
});

test('missing buckets break the line, are named, and stand in the table and the calendar as missing', () => {
  for (const day of ['2026-11-04', '2026-11-05', '2026-11-11']) {
    assert.ok(TIGHT.includes(`<span class="label">${day}</span>`), day);
    assert.ok(TIGHT.includes(`<th scope="row">${day}</th><td class="number">missing</td>`), day);
  }
  assert.match(TIGHT, /<td class="cell none">4<span class="hidden">: missing<\/span><\/td>/);
  assert.match(TIGHT, /<td class="cell full">6<\/td>/);
  const [, line = ''] = /<path d="([^"]*)"[^>]*stroke="var\(--metric-1\)"/.exec(TIGHT) ?? [];
  assert.equal(line.split('M').length - 1, 3, 'three stretches of line around two gaps');
  const bands = [...TIGHT.matchAll(/<path d="([^"]*)"[^>]*fill="var\(--missing\)"/g)].map(([, path = '']) => path);
  assert.deepEqual(
    bands.map((path) => path.split('M').length - 1),
    [3, 3],
    'a band for each of three days, of both metrics',
  );
});

test('outlier bounds are drawn where they are, and named to their last digit that counts', () => {
  const bounds = { lower: 0.123_456, upper: 0.954_321 };
  const { result } = reportData();
  assert.ok(result);
  const metrics = result.outliers.metrics.map((metric) => ({ ...metric, ...bounds }));
  const values = Array.from({ length: 100 }, (_, at) => at / 100);
  const page = renderReport(
    reportData((label) => label, {
      result: { ...result, outliers: { ...result.outliers, metrics } },
      histograms: { found: metrics.map(() => histogramOf(values, bounds)) },
    }),
  );
  for (const bound of ['0.123456', '0.954321']) assert.ok(page.includes(`fill="var(--soft)">${bound}</text>`), bound);
});

test('every chart has a name, a description and its numbers as a table', () => {
  const charts = TIGHT.match(/<svg role="img".*?<\/svg>/gs) ?? [];
  assert.equal(charts.length, 5);
  for (const chart of charts) assert.match(chart, /<title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]+<\/desc>/);
  assert.equal(TIGHT.match(/<details><summary>/g)?.length, 4, 'one for both charts over time, one for each other');
});

test('an empty result, a single row and a run without a result each have a page', () => {
  const result = resultOf((label) => label, ['m']);
  const asked = { ...reportData().asked, metrics: ['m'], timeGroupBy: 'day' as const };
  const point = { from: '2026-11-01', to: '2026-11-01', rows: 1, missing: 0, buckets: 1, means: [0.5] };
  const one = renderReport(
    reportData((label) => label, {
      asked: { ...reportData().asked, ...asked } as never,
      result: {
        ...result,
        outliers: {
          mode: 'remove',
          total: 0,
          metrics: [{ metric: 'm', considered: 1, outliers: 0, skipped: 'too-few-values' }],
        },
      },
      series: { found: [point] },
      histograms: { found: [histogramOf([0.5])] },
    }),
  );
  assert.match(one, /Not tested: fewer than 4 values\./);
  assert.match(one, /1 value, 0\.5\./);
  assert.doesNotMatch(one, /spread-/, 'a bar of one value has edges that no value has');
  assert.doesNotMatch(one, /Dashed lines/, 'there are none');
  const empty = renderReport(
    reportData((label) => label, {
      series: { found: [{ ...point, rows: 0, missing: 1, means: [null, null] }] },
      histograms: { found: [histogramOf([]), histogramOf([])].map((each) => ({ ...each, min: null, max: null })) },
      ranking: { found: { dimension: 'journeyId', top: [], bottom: [], count: 0 } },
    }),
  );
  assert.equal(
    empty.match(/No row has a number for it\./g)?.length,
    4,
    'two metrics, over time and in their distribution',
  );
  assert.match(empty, /No row has a number for <bdi>journeyCompletionRate<\/bdi>\./);
  assert.deepEqual(
    empty.match(/<svg role="img" aria-labelledby="[a-z]+/g)?.map((svg) => svg.split('"').at(-1)),
    ['timeline'],
  );
  const why = 'There is no result yet.';
  const { result: _result, window: _window, asked: _asked, ...rest } = reportData();
  const failed = renderReport({
    ...rest,
    run: { ...rest.run, state: 'failed', outcome: 'failed' },
    failure: { type: 'QueryRejected', message: 'the source refused the query' },
    series: { why },
    histograms: { why },
    ranking: { why },
    coverage: { why },
    answers: { why },
    audit: { found: [] },
  });
  assert.match(failed, /<code><bdi>QueryRejected<\/bdi><\/code> <bdi>the source refused the query<\/bdi>/);
  assert.match(failed, /<strong>Failed<\/strong>/);
});
