import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { CleanUp } from '../support/clean-up.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { SdkProject } from '../support/sdk-project.js';

jest.setTimeout(180_000);

const run = promisify(execFile);
/** Just above what it takes; what makes it larger is worth a thought. */
const MOST_KB = 15.3;

describe('the package that npm run build:sdk makes', () => {
  const cleanUp = new CleanUp();
  let gateway: TestGateway;
  let project: SdkProject;

  beforeAll(async () => {
    project = await SdkProject.make(cleanUp);
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
      expect(await project.node('watch.js', watch(entry), gateway.url)).toBe(SEEN);
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
    expect(await project.node('provide.js', provide, gateway.url)).toBe('72\n');
    expect(await project.read('angular.js')).toContain('from"@telewire/client"');
  });

  it('brings readings to a loop over them, in one file that is all there is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'telewire-alone-'));
    cleanUp.add(() => rm(folder, { recursive: true }));
    await copyFile(join(project.client, 'telewire.js'), join(folder, 'telewire.mjs'));
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
    expect(await project.read('telewire.js')).not.toMatch(/(?:from|import)\s*"[^"]/);
    const { sources } = JSON.parse(await project.read('telewire.js.map')) as { sources: string[] };
    expect(sources.length).toBeGreaterThan(30);
    expect(sources.filter((each) => !/libs\/(?:client|protocol|telemetry)\/src\/[\w/-]+\.ts$/.test(each))).toEqual([]);
    expect(sources.filter((each) => each.includes('rxjs'))).toEqual([]);
  });

  it(`has in it no more than ${MOST_KB} KB with gzip`, async () => {
    expect(gzipSync(await project.read('telewire.js')).length / 1024).toBeLessThanOrEqual(MOST_KB);
  });

  it('has types for each example of its README, which a strict compiler takes', async () => {
    const readme = await project.read('README.md');
    const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text]) => text!);
    expect(examples.length).toBeGreaterThan(4);
    // One that goes on from another uses what that has made.
    const GIVEN = "import { connect } from '@telewire/client';\nconst telewire = connect({ url: location.origin });\n";
    const files = examples.map((text, i) => [`example-${i}.ts`, /^import/.test(text) ? text : GIVEN + text]);
    expect(await project.compile(Object.fromEntries(files) as Record<string, string>)).toBe('');
  });
});
