import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';

jest.setTimeout(30_000);

const root = join(import.meta.dirname, '../..');
let tree: string;

const file = (path: string, text: string) => {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
};

/** Runs the boundary check of `npm test` on the small tree; returns the names of the rules that it says are broken. */
function broken(): string[] {
  const { stdout } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
      ...['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs'],
    ],
    { cwd: tree, encoding: 'utf8' },
  );
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
}

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'telewire-boundaries-'));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.base.json', 'package.json'])
    cpSync(join(root, name), join(tree, name));
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  for (const lib of ['telemetry', 'protocol', 'cbor', 'client', 'lab', 'angular']) {
    file(`libs/${lib}/src/index.ts`, `export const ${lib} = 1;\n`);
    file(`libs/${lib}/src/inside.ts`, 'export const inside = 1;\n');
  }
  for (const app of ['gateway', 'simulator', 'dashboard'])
    file(`apps/${app}/src/main.ts`, `export const ${app} = 1;\n`);
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

it('finds nothing wrong with imports that the table of ARCHITECTURE.md allows', () => {
  file('libs/protocol/src/ok.ts', "export * from '@telewire/telemetry';\n");
  file('libs/client/src/ok.ts', "import '@telewire/protocol';\nimport './inside.js';\n");
  file('libs/angular/src/ok.ts', "import '@angular/core';\nimport '@telewire/client';\n");
  file('libs/client/src/rxjs.ts', "import 'rxjs';\nimport './inside.js';\n");
  file('apps/gateway/src/ingest/ok.ts', "import 'mqtt';\nimport '@telewire/protocol';\n");
  file('apps/dashboard/src/ok.ts', "import type { protocol } from '@telewire/protocol';\nimport '@telewire/client';\n");
  expect(broken()).toEqual([]);
});

it.each([
  [
    'telemetry imports protocol',
    'libs/telemetry/src/x.ts',
    "import '@telewire/protocol';",
    'telemetry-imports-nothing',
  ],
  ['protocol imports client', 'libs/protocol/src/x.ts', "import '@telewire/client';", 'protocol-imports-telemetry'],
  [
    'client imports an app',
    'libs/client/src/x.ts',
    "import '../../../apps/gateway/src/main.js';",
    'client-imports-telemetry-protocol',
  ],
  [
    'lab imports an app',
    'libs/lab/src/x.ts',
    "import '../../../apps/gateway/src/main.js';",
    'lab-imports-telemetry-protocol-client-cbor',
  ],
  ['cbor imports client', 'libs/cbor/src/x.ts', "import '@telewire/client';", 'cbor-imports-telemetry-protocol'],
  ['client imports cbor', 'libs/client/src/x.ts', "import '@telewire/cbor';", 'client-imports-telemetry-protocol'],
  [
    'client imports angular',
    'libs/client/src/x.ts',
    "import '@telewire/angular';",
    'client-imports-telemetry-protocol',
  ],
  [
    'angular imports telemetry',
    'libs/angular/src/x.ts',
    "import '@telewire/telemetry';",
    'angular-imports-protocol-client',
  ],
  ['angular imports the router', 'libs/angular/src/x.ts', "import '@angular/router';", 'angular-with-angular-alone'],
  ['client imports lab', 'libs/client/src/x.ts', "import '@telewire/lab';", 'client-imports-telemetry-protocol'],
  [
    'simulator imports protocol',
    'apps/simulator/src/x.ts',
    "import '@telewire/protocol';",
    'simulator-imports-telemetry',
  ],
  [
    'gateway imports simulator',
    'apps/gateway/src/x.ts',
    "import '../../simulator/src/main.js';",
    'gateway-imports-telemetry-protocol-cbor',
  ],
  [
    'a lib is entered beside its index',
    'apps/dashboard/src/x.ts',
    "import '../../../libs/client/src/inside.js';",
    'dashboard-imports-libs',
  ],
  [
    'dashboard imports more than types of protocol',
    'apps/dashboard/src/x.ts',
    "import { protocol } from '@telewire/protocol';\nexport { protocol };",
    'dashboard-imports-only-types-of-protocol',
  ],
  [
    'the core of client imports RxJS',
    'libs/client/src/x.ts',
    "import type { Observable } from 'rxjs';\nexport type { Observable };",
    'rxjs-only-at-the-edge-of-client',
  ],
  [
    'the core of client imports its RxJS entry',
    'libs/client/src/x.ts',
    "import './index.js';",
    'rxjs-only-at-the-edge-of-client',
  ],
  ...['@nestjs/common', '@angular/core', 'mqtt', 'aedes', 'express', 'ws'].map((name) => [
    `a lib imports ${name}`,
    'libs/client/src/x.ts',
    `import '${name}';`,
    'libs-without-framework',
  ]),
  ['mqtt outside ingest', 'apps/gateway/src/hub/x.ts', "import 'mqtt';", 'mqtt-only-in-ingest-and-publisher'],
  ['the hub imports Nest', 'apps/gateway/src/hub/x.ts', "import '@nestjs/common';", 'hub-and-journal-without-nest'],
])('catches it when %s', (_what, path, text, rule) => {
  file(path, `${text}\n`);
  expect(broken()).toEqual([rule]);
  rmSync(join(tree, path));
});

it.each([['libs/protocol/src'], ['apps/gateway/src'], ['apps/dashboard/src']])(
  'catches it when files of %s import each other in a circle',
  (folder) => {
    const circle = ['x', 'y', 'z'];
    circle.forEach((name, i) => file(`${folder}/${name}.ts`, `import './${circle[(i + 1) % 3]}.js';\n`));
    expect(broken()).toEqual(['no-cycles']);
    circle.forEach((name) => rmSync(join(tree, `${folder}/${name}.ts`)));
  },
);
