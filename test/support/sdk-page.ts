import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.js';

/** A folder with the page of `test/faults/page` and the SDK as one file, to be served in place of the dashboard. */
export async function sdkPage(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'telewire-page-'));
  await cp(join(root, 'test/faults/page'), folder, { recursive: true });
  await cp(join(root, 'dist/sdk/telewire.js'), join(folder, 'telewire.js'));
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
