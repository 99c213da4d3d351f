import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const usualNames = ['chromium', 'chromium-browser'];

/** Nothing of the browser's own may reach out: a test sees what the page asks for, and nothing else. */
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The machine's Chromium, or the one that the environment variable CHROMIUM names. The caller closes it. */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env['CHROMIUM'];
  const names = named === undefined || named === '' ? usualNames : [named];
  const executablePath = names.map(findExecutable).find((path) => path !== null);
  if (executablePath === undefined) {
    throw new Error(
      `The page is tested in a real browser, and ${names.join(' or ')} is not on this machine: ` +
        'install it (apt-get install chromium), or set CHROMIUM to where one is.',
    );
  }
  return chromium.launch({ executablePath: executablePath ?? '', args });
}

function findExecutable(name: string): string | null {
  const folders = name.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
