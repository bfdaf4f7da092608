// npm run bench -- NAME [arguments]: runs test/load/NAME against what `npm run build` has made; without a name all of them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { install, nodePath, root } from './install.mjs';

const BENCHES = {
  fanout: 'fanout.mjs',
  growth: 'growth.mjs',
  intake: 'broker-intake.mjs',
  page: 'page.mjs',
  return: 'return.mjs',
  slow: 'slow-clients.mjs',
  stalled: 'stalled-clients.mjs',
  stalls: 'journal-stalls.mjs',
};

const [name, ...rest] = process.argv.slice(2);
if (name !== undefined && !Object.hasOwn(BENCHES, name)) {
  console.error(
    `npm run bench [-- NAME], where NAME is one of: ${Object.keys(BENCHES).join(', ')}; without it all are run`,
  );
  process.exit(2);
}
install();
build();
let failed = false;
for (const each of name === undefined ? Object.keys(BENCHES) : [name]) {
  if (name === undefined) console.log(`\n# ${each}\n`);
  const file = join(root, 'test/load', BENCHES[each]);
  const { status } = spawnSync(nodePath(), ['--expose-gc', file, ...rest], { stdio: 'inherit' });
  failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
