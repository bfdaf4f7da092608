// npm run build:sdk: the SDK as a package in dist/package, for `npm pack`: an ESM entry with the program's own RxJS, one without RxJS,
// which is one file for <script type="module"> too, types, README and PROTOCOL.md. Says how large each is.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { nodePath, root } from './install.mjs';

/** What stays outside: who takes the entry with RxJS, or that for Angular, has them; the schemas of telemetry are Valibot's. */
const PEERS = ['rxjs', '@angular/core'];
const DEPENDENCY = 'valibot';

function run(tool, args) {
  const { status, stdout, stderr } = spawnSync(nodePath(), [join(root, 'node_modules', tool), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status === 0) return;
  console.error(`${stdout}${stderr}`);
  process.exit(1);
}

const bundle = (to, entries, ...flags) =>
  run('esbuild/bin/esbuild', [
    ...Object.entries(entries).map(([name, path]) => `${name}=${path}`),
    ...['--bundle', '--minify', '--format=esm', '--target=es2022', '--sourcemap', '--tsconfig=tsconfig.base.json'],
    ...[`--outdir=${to}`, ...flags],
  ]);

const LIB = /'@telewire\/(\w+)'/g;
/** What is a lib of its own in the sources is a part of the package. */
const packaged = (text) => text.replaceAll(/'@telewire\/(cbor|telemetry|angular)'/g, "'@telewire/client/$1'");

/** The types as they are in the sources, with the names of the libs as paths within the package. */
function declare(folder) {
  run('typescript/bin/tsc', [...['-p', 'tsconfig.sdk.json', '--outDir', join(folder, 'types')]]);
  const types = join(folder, 'types');
  for (const file of readdirSync(types, { recursive: true })) {
    const path = join(types, file);
    if (!path.endsWith('.d.ts')) continue;
    const to = (lib) => {
      const way = relative(dirname(path), join(types, lib, 'src/index.js')).replaceAll('\\', '/');
      return way.startsWith('.') ? way : `./${way}`;
    };
    const isSaid = (line) => /^\s*\*/.test(line);
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(
      path,
      lines
        .map((line) => (isSaid(line) ? packaged(line) : line.replaceAll(LIB, (_name, lib) => `'${to(lib)}'`)))
        .join('\n'),
    );
  }
}

/** Builds the package into `folder`. */
export function buildSdk(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const entries = {
    index: 'libs/client/src/index.ts',
    telewire: 'libs/client/src/plain.ts',
    cbor: 'libs/cbor/src/decoder.ts',
    telemetry: 'libs/telemetry/src/index.ts',
    angular: 'libs/angular/src/index.ts',
  };
  // The entry for Angular provides the client of the entry with RxJS, and does not bring another one.
  const outside = [...PEERS, DEPENDENCY, '@telewire/client'];
  bundle(folder, entries, ...outside.map((name) => `--external:${name}`));
  declare(folder);
  for (const file of ['PROTOCOL.md', 'LICENSE']) cpSync(join(root, file), join(folder, file));
  writeFileSync(join(folder, 'README.md'), packaged(readFileSync(join(root, 'libs/client/README.md'), 'utf8')));
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { version, license } = own;
  const at = (name, types) => ({ types: `./types/${types}`, default: `./${name}.js` });
  const made = {
    name: '@telewire/client',
    version,
    license,
    description: 'Live telemetry from a Telewire gateway: gap-free, over the transport each widget asks for',
    type: 'module',
    sideEffects: false,
    exports: {
      '.': at('index', 'client/src/index.d.ts'),
      './cbor': at('cbor', 'cbor/src/decoder.d.ts'),
      './telemetry': at('telemetry', 'telemetry/src/index.d.ts'),
      './angular': at('angular', 'angular/src/index.d.ts'),
      // The same file under two names: of a package, and as a page asks for it.
      './plain': at('telewire', 'client/src/plain.d.ts'),
      './telewire.js': at('telewire', 'client/src/plain.d.ts'),
    },
    dependencies: { [DEPENDENCY]: `^${own.dependencies[DEPENDENCY]}` },
    peerDependencies: peers((name) => `^${own.dependencies[name] ?? own.devDependencies[name]}`),
    peerDependenciesMeta: peers(() => ({ optional: true })),
    engines: { node: '>=22' },
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(made, null, 2)}\n`);
  for (const name of Object.keys(entries)) {
    const bytes = readFileSync(join(folder, `${name}.js`));
    console.log(`${name}.js: ${kilobytes(bytes.length)}, ${kilobytes(gzipSync(bytes).length)} with gzip`);
  }
}

const peers = (of) => Object.fromEntries(PEERS.map((name) => [name, of(name)]));

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

if (process.argv[1] === import.meta.filename) buildSdk(resolve(root, process.argv[2] ?? 'dist/package'));
