import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/** As Debian, Ubuntu, Google and Homebrew call it. */
const NAMES = [
  'chromium',
  'chromium-browser',
  'chromium-headless-shell',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];

/** Where a Chromium is: `CHROMIUM_PATH`, else the first on the PATH; or one sentence that says there is none. */
export async function findChromium(): Promise<{ readonly path: string } | { readonly why: string }> {
  const { CHROMIUM_PATH: named = '', PATH = '' } = process.env;
  if (named !== '') return { path: named };
  for (const folder of PATH.split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      if (await isExecutable(path)) return { path };
    }
  }
  return { why: 'no Chromium: install one (Debian: apt-get install chromium), or say in CHROMIUM_PATH where it is' };
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Root has no sandbox to be had, and nothing but our own pages is shown. */
export function launchChromium(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
