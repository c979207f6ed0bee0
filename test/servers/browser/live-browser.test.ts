import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { LIVE_SCRIPT } from '../../../src/report/page/live-script.js';
import { renderRuns } from '../../../src/report/render-runs.js';
import { findChromium, launchChromium } from '../../support/browser.js';
import { reportData } from '../../unit/report/report-fixtures.js';
import { NOW } from './site-pages.js';

const chromium = await findChromium();

describe('the list of runs in a browser', { skip: 'why' in chromium && chromium.why }, () => {
  let browser: Browser;
  before(async () => {
    if ('path' in chromium) browser = await launchChromium(chromium.path);
  });
  after(() => browser.close());

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
