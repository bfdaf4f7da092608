// npm run bench -- NAME [arguments]: runs test/load/NAME against what `npm run build` has made.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { install, nodePath, root } from './install.mjs';

const BENCHES = {
  intake: 'broker-intake.mjs',
  returning: 'returning-clients.mjs',
  slow: 'slow-clients.mjs',
  stalled: 'stalled-clients.mjs',
  stalls: 'journal-stalls.mjs',
};

const [name, ...rest] = process.argv.slice(2);
const file = BENCHES[name];
if (!file) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
install();
build();
const { status } = spawnSync(nodePath(), ['--expose-gc', join(root, 'test/load', file), ...rest], { stdio: 'inherit' });
process.exit(status ?? 1);
