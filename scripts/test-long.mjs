// npm run test:long [seconds]: the crash test for 20 minutes, half of them with each broker, and then the SDK through random faults
// for 20 minutes; or each for as long as is said. And tabs that sleep for a minute.
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

/** Runs the specs of a project that fit; true when all is well. */
const run = (project, pattern, env) =>
  spawnSync(
    nodePath(),
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      join(root, 'node_modules/jest/bin/jest.js'),
      ...['--selectProjects', project, '--testPathPatterns', pattern],
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } },
  ).status === 0;

const outcomes = [
  run('e2e', 'e2e/crash', { CRASH_SECONDS: String(seconds / 2) }),
  run('faults', 'faults/random', { FAULTS_SECONDS: String(seconds) }),
  run('faults', 'faults/sleep', { SLEEP_SECONDS: '60' }),
];
process.exit(outcomes.every(Boolean) ? 0 : 1);
