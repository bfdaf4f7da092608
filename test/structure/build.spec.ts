import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../support/root.js';

/** A tree with the script that builds, and a builder that makes nothing but the folder. */
describe('npm run build', () => {
  let folder: string;
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const build = async () => {
    const args = ['scripts/build.mjs', '--installed', 'sdk'];
    return (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout;
  };
  const BUILT = 'Building sdk …\n';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'telewire-build-'));
    await cp(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
    await write('node_modules/esbuild/bin/esbuild', "require('node:fs').mkdirSync('dist/sdk')");
    await write('libs/client/src/plain.ts', 'export {};');
    expect(await build()).toBe(BUILT);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each(['libs/client/src/plain.ts', 'package.json', 'package-lock.json', 'tsconfig.base.json'])(
    'builds anew when %s has changed, and only then',
    async (path) => {
      expect(await build()).toBe('');
      await write(path, '{ "sideEffects": false }');
      expect(await build()).toBe(BUILT);
      expect(await build()).toBe('');
    },
  );

  it('builds nothing anew for a spec', async () => {
    await write('libs/client/src/plain.spec.ts', 'export {};');
    expect(await build()).toBe('');
  });

  it('builds anew what has been taken away', async () => {
    await rm(join(folder, 'dist/sdk'), { recursive: true });
    expect(await build()).toBe(BUILT);
  });
});
