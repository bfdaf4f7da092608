// npm run test:long [seconds]: the crash test for 20 minutes, half of them with each broker, or for as long as is said.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { install, nodePath, root } from './install.mjs';

const seconds = Number(process.argv[2] ?? 1_200);
if (!(seconds > 0)) {
  console.error('npm run test:long -- SECONDS');
  process.exit(2);
}
install();
build(['gateway']);
const { status } = spawnSync(
  nodePath(),
  [
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    join(root, 'node_modules/jest/bin/jest.js'),
    ...['--selectProjects', 'e2e', '--testPathPatterns', 'e2e/crash'],
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, CRASH_SECONDS: String(seconds / 2) } },
);
process.exit(status ?? 1);
