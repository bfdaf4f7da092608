// Builds gateway, simulator and dashboard, each only when something it is made of has changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, nodePath, root } from './install.mjs';

const COMMON = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'libs'];
const TARGETS = [
  {
    name: 'gateway',
    made: 'dist/apps/gateway',
    of: ['nest-cli.json', 'apps/gateway'],
    by: ['@nestjs/cli/bin/nest.js', 'build', 'gateway'],
  },
  {
    name: 'simulator',
    made: 'dist/apps/simulator',
    of: ['nest-cli.json', 'apps/simulator'],
    by: ['@nestjs/cli/bin/nest.js', 'build', 'simulator'],
  },
  {
    name: 'dashboard',
    made: 'dist/dashboard',
    of: ['angular.json', 'apps/dashboard'],
    by: ['@angular/cli/bin/ng.js', 'build', '--no-progress'],
  },
  {
    name: 'sdk',
    made: 'dist/sdk',
    of: [],
    by: [
      'esbuild/bin/esbuild',
      'telewire=libs/client/src/plain.ts',
      'telewire-cbor=libs/cbor/src/decoder.ts',
      '--bundle',
      '--minify',
      '--format=esm',
      '--target=es2022',
      '--tsconfig=tsconfig.base.json',
      '--outdir=dist/sdk',
    ],
  },
  {
    name: 'lab',
    made: 'dist/lab',
    of: [],
    by: [
      'esbuild/bin/esbuild',
      'libs/lab/src/index.ts',
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--target=node24',
      '--tsconfig=tsconfig.base.json',
      '--outfile=dist/lab/lab.js',
    ],
  },
];

function hashOf(paths) {
  const hash = createHash('sha256');
  const add = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    try {
      hash.update(path).update(readFileSync(full));
    } catch (error) {
      if (error.code !== 'EISDIR') throw error;
      for (const name of readdirSync(full).sort()) if (!name.endsWith('.spec.ts')) add(`${path}/${name}`);
    }
  };
  paths.forEach(add);
  return hash.digest('hex');
}

/** Builds what is out of date, of the targets that are named or of all. Ends the process with the tool's output when a build fails. */
export function build(names = []) {
  const node = nodePath();
  mkdirSync(join(root, 'dist'), { recursive: true });
  for (const { name, made, of, by } of TARGETS) {
    if (names.length > 0 && !names.includes(name)) continue;
    const stamp = join(root, 'dist', `.${name}-made-of`);
    const wanted = hashOf([...COMMON, ...of]);
    if (existsSync(stamp) && existsSync(join(root, made)) && readFileSync(stamp, 'utf8') === wanted) continue;
    console.log(`Building ${name} …`);
    rmSync(join(root, made), { recursive: true, force: true });
    const [tool, ...args] = by;
    const built = spawnSync(node, [join(root, 'node_modules', tool), ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NG_CLI_ANALYTICS: 'false' },
    });
    if (built.status !== 0) {
      process.stderr.write(`${built.stdout}${built.stderr}`);
      console.error(`Building ${name} failed.`);
      process.exit(1);
    }
    writeFileSync(stamp, wanted);
  }
}

if (process.argv[1] === import.meta.filename) {
  const names = process.argv.slice(2).filter((name) => name !== '--installed');
  // In an image the packages are a layer of their own.
  if (!process.argv.includes('--installed')) install();
  build(names);
}
