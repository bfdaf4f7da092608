import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** What every Chromium of a spec is started with. */
export const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real Chromium: the one named by CHROMIUM_PATH, the system's, or the one inside a package of the lock file; with further arguments. */
export async function openBrowser(further: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: await executable(), args: [...ARGUMENTS, ...further] });
}

/** The path of that Chromium. */
export async function executable(): Promise<string> {
  const named = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium'].find((path) => path && existsSync(path));
  if (named) return named;
  // Read when the module is imported: which libraries to unpack beside the browser.
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs22.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
}
