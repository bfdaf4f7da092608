import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CleanUp } from '../support/clean-up.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { SdkProject } from '../support/sdk-project.js';

jest.setTimeout(180_000);

const ANGULAR = '@telewire/client/angular';
const ENTRIES = [
  '@telewire/client',
  '@telewire/client/plain',
  '@telewire/client/cbor',
  '@telewire/client/telemetry',
  ANGULAR,
];
const DECLARED = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*export declare (?:function|const|class) (\w+)/g;
const EXAMPLE = /@example\s+```ts\n([^]*?)```/g;

/** What an example says that it prints. */
const promised = (text: string): string =>
  [...text.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, printed]) => `${printed}\n`).join('');

describe('the examples in the types of the package', () => {
  const cleanUp = new CleanUp();
  /** Text by the name of what it is an example of. */
  const examples: { readonly name: string; readonly text: string }[] = [];
  let project: SdkProject;
  let gateway: TestGateway;

  beforeAll(async () => {
    project = await SdkProject.make(cleanUp);
    const files = await readdir(join(project.client, 'types'), { recursive: true });
    for (const file of files.filter((each) => each.endsWith('.d.ts')))
      for (const [, comment = '', name = ''] of (await project.read(join('types', file))).matchAll(DECLARED))
        for (const [, text = ''] of comment.replaceAll(/^ *\* ?/gm, '').matchAll(EXAMPLE))
          examples.push({ name, text });
    gateway = await testGateway();
    cleanUp.add(() => gateway.stop());
    await gateway.send('icu/bed-01', [{ n: 'hr', v: 72 }]);
  });

  afterAll(() => cleanUp.run());

  it.each(ENTRIES)('are there for everything that %s exports', async (entry) => {
    const list = `import * as all from '${entry}';\nconsole.log(Object.keys(all).join(' '));`;
    const exported = (await project.node('list.js', list, gateway.url)).trim().split(' ');
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.filter((each) => !examples.some(({ name }) => name === each))).toEqual([]);
  });

  it('name it as it is imported from the package', () => {
    for (const { name, text } of examples)
      expect(text).toMatch(new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from '@telewire/client[/a-z]*'`));
  });

  it('are taken by a strict compiler', async () => {
    expect(await project.compile(Object.fromEntries(examples.map(({ text }, i) => [`example-${i}.ts`, text])))).toBe(
      '',
    );
  });

  it('print what they say', async () => {
    for (const [i, { name, text }] of examples.entries()) {
      const printed = text.includes(ANGULAR)
        ? await project.page(`example-${i}.js`, text, gateway.url)
        : await project.node(`example-${i}.ts`, text, gateway.url);
      expect({ name, printed }).toEqual({ name, printed: promised(text) });
      expect(printed).not.toBe('');
    }
  });
});
