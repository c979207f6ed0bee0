import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { renderReport } from '../../../src/report/render-report.js';
import { findChromium, launchChromium } from '../../support/browser.js';
import { hostile, RUNS, SITE } from './site-pages.js';
import { histogramOf, reportData, wave } from '../../unit/report/report-fixtures.js';

const WIDTHS = [400, 1_400];
const SCHEMES = ['light', 'dark'] as const;

const failed = renderReport({
  ...reportData(),
  run: { ...reportData().run, state: 'failed', outcome: 'failed' },
  failure: { type: 'QueryRejected', message: 'the source refused the query: it does not know that metric' },
  series: { why: 'There is no result yet.' },
  histograms: { why: 'There is no result yet.' },
  ranking: { why: 'There is no result yet.' },
  coverage: { why: 'There is no result yet.' },
});

/** Outlier bounds at both ends of the axis, with digits enough to reach beyond it; a run as long as no round time. */
const edges = ((): string => {
  const { result, story, run } = reportData();
  assert.ok(result);
  const bounds = { lower: 0.134_567, upper: 0.361_543 };
  const values = Array.from({ length: 200 }, (_, index) => 0.15 + 0.2 * wave(index));
  const metrics = result.outliers.metrics.map((metric) => ({ ...metric, ...bounds, outliers: 0 }));
  const [started] = story.episodes;
  assert.ok(started);
  const plan = { ...started, stage: 'plan' as const, to: '2026-11-15T00:00:04.300Z' };
  return renderReport(
    reportData((label) => label, {
      run: { ...run, closedAt: '2026-11-15T00:00:04.300Z' },
      result: { ...result, outliers: { ...result.outliers, metrics } },
      histograms: { found: metrics.map(() => histogramOf(values, bounds)) },
      story: { ...story, episodes: [started, plan] },
    }),
  );
})();

/** Files: what is live on the gateway has no script here, so that a page says the same without it. */
const PAGES = {
  ...{ report: renderReport(reportData()), hostile: renderReport(reportData(hostile)), failed },
  ...{ runs: RUNS.replace(/<script[^>]*><\/script>/, ''), ...SITE },
};

const chromium = await findChromium();

describe('pages in a browser', { skip: 'why' in chromium && chromium.why }, () => {
  let browser: Browser;
  let folder: string;
  before(async () => {
    if ('path' in chromium) browser = await launchChromium(chromium.path);
    folder = await mkdtemp(join(tmpdir(), 'journey-pages-'));
    for (const [name, page] of Object.entries({ ...PAGES, edges })) await writeFile(join(folder, `${name}.html`), page);
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Opens a page, and whatever it says to the console or asks of the network is a complaint. */
  const open = async (
    name: string,
    { width, scheme = 'light' }: { readonly width: number; readonly scheme?: (typeof SCHEMES)[number] },
  ): Promise<{ page: Page; complaints: readonly string[] }> => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    page.on('request', (request) => {
      if (!request.url().startsWith(pathToFileURL(folder).href)) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    return { page, complaints };
  };

  for (const name of Object.keys(PAGES)) {
    test(`${name}: no complaint, no sideways scrolling and no finding of axe, narrow and wide, light and dark`, async () => {
      for (const width of WIDTHS) {
        for (const scheme of SCHEMES) {
          const { page, complaints } = await open(name, { width, scheme });
          await page.evaluate('document.querySelectorAll("details").forEach((details) => { details.open = true; })');
          assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width, `${width} px`);
          await page.evaluate(axe.source);
          const { violations } = await page.evaluate<AxeResults>('axe.run({ resultTypes: ["violations"] })');
          const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
          assert.deepEqual(
            grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
            [],
            `${width} px, ${scheme}`,
          );
          assert.deepEqual(complaints, []);
          await keepPicture(page, `${name}-${width}-${scheme}`);
          await page.close();
        }
      }
    });

    test(`${name}: the keyboard reaches every link, control and box that scrolls`, async () => {
      const { page } = await open(name, { width: 400 });
      const reachable = await page.evaluate<number>(
        `[...document.querySelectorAll('a[href], summary, input, select, button, .scroll')]
          .filter((each) => each.checkVisibility())
          .map((each, index) => { each.dataset.place = index; }).length`,
      );
      const dates = await page.locator('input[type=date]').count();
      const reached = new Set<string>();
      // A date has three stops of its own, and a button.
      for (let press = 0; press < reachable + 3 * dates; press += 1) {
        await page.keyboard.press('Tab');
        reached.add(await page.evaluate<string>('document.activeElement.dataset.place'));
      }
      assert.equal(reached.size, reachable);
      assert.ok(!reached.has('undefined'));
      await page.close();
    });
  }

  test('texts in charts are large enough to be read on a narrow screen', async () => {
    const { page } = await open('report', { width: 400 });
    const heights = await page.evaluate<number[]>(
      `[...document.querySelectorAll('.chart text')].map((text) => text.getBoundingClientRect().height)`,
    );
    assert.ok(heights.length > 20);
    // 13 px of the drawing, with their line: what is below 9 px is a blur.
    assert.ok(Math.min(...heights) > 9, String(Math.min(...heights)));
    await page.close();
  });

  test('nothing that a chart says is cut off at its edge, or stands upon something else', async () => {
    for (const name of ['report', 'edges']) {
      const { page } = await open(name, { width: 1_400 });
      const wrong = await page.evaluate<string[]>(
        `[...document.querySelectorAll('.chart > svg')].flatMap((svg) => {
          const paper = svg.getBoundingClientRect();
          const texts = [...svg.querySelectorAll('text')].map((text) => ({ says: text.textContent, box: text.getBoundingClientRect() }));
          const over = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
          return texts.flatMap(({ says, box }, index) => [
            ...(box.left < paper.left || box.right > paper.right || box.top < paper.top ? ['cut off: ' + says] : []),
            ...texts.slice(index + 1).filter((other) => over(box, other.box)).map((other) => says + ' over ' + other.says),
          ]);
        })`,
      );
      assert.deepEqual(wrong, [], name);
      await page.close();
    }
  });

  test('in print, the numbers behind a chart are there and colours are those of paper', async () => {
    const { page } = await open('report', { width: 800, scheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    assert.equal(paper, 'rgb(255, 255, 255)');
    assert.ok(
      await page.evaluate<boolean>(
        `document.querySelector('details table').checkVisibility({ contentVisibilityAuto: true })`,
      ),
    );
    await page.close();
  });
});

/** For whoever wants to look: into the folder that `REPORT_PICTURES` names. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['REPORT_PICTURES'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.evaluate('document.querySelectorAll("details").forEach((details) => { details.open = false; })');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
