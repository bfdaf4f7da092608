import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { CleanUp } from '../support/clean-up.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { root } from '../support/root.js';

jest.setTimeout(180_000);

const run = promisify(execFile);
const HELD = ['rxjs', 'valibot', 'tslib', '@angular/core'];
/** Just above what it takes; what makes it larger is worth a thought. */
const MOST_KB = 14.6;

describe('the package that npm run build:sdk makes', () => {
  const cleanUp = new CleanUp();
  let gateway: TestGateway;
  let project: string;
  let readme: string;

  /** Runs a script of the project; resolves with what it prints. */
  const node = async (name: string, text: string) => {
    await writeFile(join(project, name), text);
    return (await run(process.execPath, [name, gateway.url], { cwd: project })).stdout;
  };

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'telewire-package-'));
    cleanUp.add(() => rm(folder, { recursive: true }));
    await run(process.execPath, [join(root, 'scripts/build-sdk.mjs'), join(folder, 'made')]);
    const { stdout } = await run('npm', ['pack', '--silent', '--ignore-scripts', join(folder, 'made')], {
      cwd: folder,
    });
    // As npm unpacks it; what it depends on is the same version that lies here, so that no registry is asked.
    project = join(folder, 'project');
    const modules = join(project, 'node_modules');
    await mkdir(join(modules, '@telewire/client'), { recursive: true });
    const unpack = [
      '-xzf',
      join(folder, stdout.trim()),
      '-C',
      join(modules, '@telewire/client'),
      '--strip-components=1',
    ];
    await run('tar', unpack);
    await mkdir(join(modules, '@angular'));
    for (const name of HELD) await symlink(join(root, 'node_modules', name), join(modules, name));
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    readme = await readFile(join(modules, '@telewire/client/README.md'), 'utf8');
    gateway = await testGateway();
    cleanUp.add(() => gateway.stop());
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 72 }]);
  });

  afterAll(() => cleanUp.run());

  const watch = (entry: string) => `
    import { connect, TRANSPORTS } from '${entry}';
    const telewire = connect({ url: process.argv[2] });
    for (const transport of ['auto', ...TRANSPORTS]) {
      const feed = telewire.feed({ filters: ['icu/#'], transport });
      const { readings } = await new Promise((resolve) => {
        const listening = feed.batches.subscribe((batch) => {
          if (!batch.readings?.some(({ series }) => series === 'icu/bed-01/hr')) return;
          resolve(batch);
          queueMicrotask(() => listening.unsubscribe());
        });
      });
      console.log(transport, readings.find(({ series }) => series === 'icu/bed-01/hr').value);
    }
    telewire.close();
  `;
  const SEEN = ['auto', 'websocket', 'http-stream', 'sse', 'long-poll', 'poll'].map((name) => `${name} 72\n`).join('');

  it.each(['@telewire/client', '@telewire/client/plain', '@telewire/client/telewire.js'])(
    'brings readings to a Node program over every transport, by %s',
    async (entry) => {
      expect(await node('watch.js', watch(entry))).toBe(SEEN);
    },
  );

  it('provides a client to an Angular program, the same as its RxJS entry makes', async () => {
    const provide = `
      import { createEnvironmentInjector, Injector } from '@angular/core';
      import { provideTelewire, TELEWIRE } from '@telewire/client/angular';
      const injector = createEnvironmentInjector([provideTelewire({ url: process.argv[2] })], Injector.NULL);
      const feed = injector.get(TELEWIRE).feed({ filters: ['icu/#'] });
      feed.batches.subscribe(({ readings = [] }) => {
        const found = readings.find(({ series }) => series === 'icu/bed-01/hr');
        if (!found) return;
        console.log(found.value);
        injector.destroy();
      });
    `;
    expect(await node('provide.js', provide)).toBe('72\n');
    const made = await readFile(join(project, 'node_modules/@telewire/client/angular.js'), 'utf8');
    expect(made).toContain('from"@telewire/client"');
  });

  it('brings readings to a loop over them, in one file that is all there is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'telewire-alone-'));
    cleanUp.add(() => rm(folder, { recursive: true }));
    await copyFile(join(project, 'node_modules/@telewire/client/telewire.js'), join(folder, 'telewire.mjs'));
    const loop = `
      import { connect } from './telewire.mjs';
      const telewire = connect({ url: process.argv[2] });
      for await (const { readings = [] } of telewire.feed({ filters: ['icu/#'] }).batches) {
        const found = readings.find(({ series }) => series === 'icu/bed-01/hr');
        if (!found) continue;
        console.log(found.value);
        break;
      }
      telewire.close();
    `;
    await writeFile(join(folder, 'loop.mjs'), loop);
    expect((await run(process.execPath, ['loop.mjs', gateway.url], { cwd: folder })).stdout).toBe('72\n');
  });

  it('has one file that needs nothing else, and is made of nothing but sources of Telewire', async () => {
    const file = join(project, 'node_modules/@telewire/client/telewire.js');
    expect(await readFile(file, 'utf8')).not.toMatch(/(?:from|import)\s*"[^"]/);
    const { sources } = JSON.parse(await readFile(`${file}.map`, 'utf8')) as { sources: string[] };
    expect(sources.length).toBeGreaterThan(30);
    expect(sources.filter((each) => !/libs\/(?:client|protocol|telemetry)\/src\/[\w/-]+\.ts$/.test(each))).toEqual([]);
    expect(sources.filter((each) => each.includes('rxjs'))).toEqual([]);
  });

  it(`has in it no more than ${MOST_KB} KB with gzip`, async () => {
    const file = await readFile(join(project, 'node_modules/@telewire/client/telewire.js'));
    expect(gzipSync(file).length / 1024).toBeLessThanOrEqual(MOST_KB);
  });

  it('has types for each example of its README, which a strict compiler takes', async () => {
    const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text]) => text!);
    expect(examples.length).toBeGreaterThan(4);
    // One that goes on from another uses what that has made.
    const GIVEN = "import { connect } from '@telewire/client';\nconst telewire = connect({ url: location.origin });\n";
    for (const [i, text] of examples.entries())
      await writeFile(join(project, `example-${i}.ts`), /^import/.test(text) ? text : GIVEN + text);
    const options = {
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: 'nodenext',
        target: 'es2022',
        lib: ['ES2022', 'DOM', 'DOM.Iterable'],
        types: [],
      },
      include: ['example-*.ts'],
    };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(options));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, '-p', project], { cwd: project }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});
