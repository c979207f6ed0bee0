import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, test } from 'node:test';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { WINDOW_STATES, type WindowState } from '../../../src/contract/closed-sets.js';
import type { SeriesCoverage } from '../../../src/contract/result/coverage.js';
import type { GateState } from '../../../src/ports/index.js';
import { LIVE_SCRIPT } from '../../../src/report/page/live-script.js';
import { renderCoverage } from '../../../src/report/render-coverage.js';
import { renderDestinations } from '../../../src/report/render-destinations.js';
import { renderOrgs } from '../../../src/report/render-orgs.js';
import { renderReport } from '../../../src/report/render-report.js';
import { renderWindow } from '../../../src/report/render-window.js';
import { renderRuns } from '../../../src/report/render-runs.js';
import { findChromium, launchChromium } from '../../support/browser.js';
import { histogramOf, reportData, wave } from '../../unit/report/report-fixtures.js';

const NOW = '2026-11-20T10:00:00.000Z';
const WIDTHS = [400, 1_400];
const SCHEMES = ['light', 'dark'] as const;

const hostile = (label: string): string => `<b>${label}</b>"'&\u202E${'long-word'.repeat(12)}`;

const failed = renderReport({
  ...reportData(),
  run: { ...reportData().run, state: 'failed', outcome: 'failed' },
  failure: { type: 'QueryRejected', message: 'the source refused the query: it does not know that metric' },
  series: { why: 'There is no result yet.' },
  histograms: { why: 'There is no result yet.' },
  ranking: { why: 'There is no result yet.' },
  coverage: { why: 'There is no result yet.' },
});

const runs = renderRuns({
  generatedAt: '2026-11-20T10:00:00.000Z',
  older: '2026-11-01T00:00:00.000Z~0123',
  search: {
    text: 'acme',
    org: 'acme',
    state: 'ended',
    outcome: 'undelivered',
    before: '2026-11-19T00:00:00.000Z~4567',
  },
  withoutTemporal: true,
  runs: [reportData(), reportData(hostile)].flatMap(({ run }) => [
    { run, reportPath: '/runs/x/report', temporalUrl: 'https://temporal.example/x' },
    {
      run: { ...run, state: 'running', outcome: null, closedAt: null },
      progress: {
        phase: 'fetching',
        polls: 8,
        pages: 3,
        rows: 30_000,
        deliveryAttempts: 0,
        partsDelivered: 0,
        parts: 0,
      },
      reportPath: '/runs/y/report',
    },
  ]),
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

const coverage = renderCoverage({
  generatedAt: NOW,
  search: { from: '2026-09-01', to: '2026-11-22', org: 'acme' },
  coverage: ['acme', hostile('acme')].map((org) => ({
    ...{ org, series: '0123456789abcdef', source: 'analytics', destination: 'bi', timeZone: 'Europe/Berlin' },
    ...{ report: null, completeUpTo: '2026-11-01T23:00:00Z', finalUpTo: null, stretches: [] },
    windows: WINDOW_STATES.map((state, index) => spanOf(state, index)),
  })),
});

const one = renderWindow({
  generatedAt: NOW,
  history: {
    ...{ deliveryId: '0'.repeat(32), org: hostile('acme'), destination: 'bi', series: null, report: null },
    window: { from: NOW, to: NOW, timeZone: 'UTC', label: '2026-11-20' },
    revisions: [1, 2].map((revision) => ({
      ...{ revision, claimedAt: NOW, deliveredAt: revision === 1 ? NOW : null, rows: 12_000 },
      causes: revision === 1 ? [] : [{ cause: 'late-legs', count: 3 }],
      readings: [{ workflowId: hostile('run'), outcome: 'completed', at: NOW }],
    })),
  },
});

const gateState: Omit<GateState, 'org' | 'holders'> = {
  circuit: 'closed',
  ...{ credential: '0123456789ab', waiting: 2, openSince: null, nextProbe: null, failures: 0 },
  ...{ lastSuccess: NOW, requestsLastHour: 120 },
};
const holder = { runKey: 'x', workflowId: hostile('run'), source: 'journeys', since: NOW, until: NOW, abandoned: true };
const orgs = renderOrgs({
  generatedAt: NOW,
  orgs: [
    { ...gateState, org: 'acme', holders: [holder, { ...holder, workflowId: null }] },
    {
      ...gateState,
      org: hostile('globex'),
      holders: [],
      circuit: 'open',
      openSince: NOW,
      nextProbe: NOW,
      failures: 5,
    },
  ],
});

const destinations = renderDestinations({
  generatedAt: NOW,
  destinations: [
    ...[
      {
        org: 'acme',
        destination: 'bi',
        series: 2,
        windows: 60,
        undelivered: 0,
        lastDeliveredAt: NOW,
        lastFailure: null,
      },
    ],
    {
      ...{ org: hostile('globex'), destination: hostile('lake'), series: 1, windows: 3, undelivered: 2 },
      ...{ lastDeliveredAt: null, lastFailure: { at: NOW, reason: hostile('503') } },
    },
  ],
});

function spanOf(state: WindowState, index: number): SeriesCoverage['windows'][number] {
  const from = `2026-11-${String(index + 1).padStart(2, '0')}T00:00:00Z`;
  const to = `2026-11-${String(index + 2).padStart(2, '0')}T00:00:00Z`;
  return {
    ...{ from, to, label: from.slice(0, 10), state, revision: 1, corrections: index % 2, correctedAt: NOW },
    ...{ deliveredAt: NOW, readAt: NOW, rows: 1, deliveryId: 'x', workflowId: 'y', outcome: null, failureType: null },
    schedule: null,
  };
}

/** Files: what is live on the gateway has no script here, so that a page says the same without it. */
const PAGES = {
  ...{ report: renderReport(reportData()), hostile: renderReport(reportData(hostile)), failed },
  ...{ runs: runs.replace(/<script[^>]*><\/script>/, ''), coverage, window: one, orgs, destinations },
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

  test('a run under way goes on before the eyes of who looks, who keeps the place; then nothing is asked for any more', async () => {
    const [running, ended] = [listOf('running', 0.2), listOf('completed')];
    let shown = running;
    let asked = 0;
    const server = createServer((request, response) => {
      const isScript = request.url === '/assets/live.js';
      if (!isScript) asked += 1;
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
      response.end(isScript ? LIVE_SCRIPT : shown);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.clock.install();
    await page.goto(`http://127.0.0.1:${port}/runs-page`);
    assert.ok(await page.locator('progress').isVisible());
    await page.locator('input[name=text]').fill('half a wor');
    shown = ended;
    await page.clock.runFor(6_000);
    await page.locator('[data-live] .good').waitFor();
    assert.equal(await page.locator('progress').count(), 0);
    assert.equal(await page.evaluate('document.activeElement.value'), 'half a wor', 'who writes is not disturbed');
    const before = asked;
    await page.clock.runFor(60_000);
    assert.equal(asked, before);
    assert.deepEqual(complaints, []);
    await page.close();
    server.close();
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

/** The list of a run, in a state. */
function listOf(state: 'running' | 'completed', share?: number): string {
  const { run } = reportData();
  const progress = {
    phase: 'fetching',
    polls: 8,
    pages: 3,
    rows: 30,
    deliveryAttempts: 0,
    partsDelivered: 0,
    parts: 0,
  } as const;
  const isOpen = state === 'running';
  return renderRuns({
    generatedAt: NOW,
    search: {},
    runs: [
      {
        run: { ...run, state, outcome: isOpen ? null : 'completed', closedAt: isOpen ? null : run.closedAt },
        reportPath: '/runs/x/report',
        ...(share !== undefined && { progress }),
      },
    ],
  });
}

/** For whoever wants to look: into the folder that `REPORT_PICTURES` names. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['REPORT_PICTURES'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.evaluate('document.querySelectorAll("details").forEach((details) => { details.open = false; })');
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
