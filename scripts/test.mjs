// npm test: the one command that says the tree is good. Installs and builds what it needs, runs every check to its end,
// and closes with `N passed, N failed, N skipped`. REQUIRE_DOCKER=1 makes a missing engine a failure, REQUIRE_CAPTURE=1 a
// tcpdump that is missing or may not listen.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { build } from './build.mjs';
import { buildImages, engineAddress } from './images.mjs';
import { install, nodePath, root } from './install.mjs';

install();
const node = nodePath();
const results = join(root, 'dist', 'test-results.json');
const total = { passed: 0, failed: 0, skipped: 0 };

// Tools that start `node` by name get the same one.
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}`, FORCE_COLOR: '0' };
// The specs remove what they start; the image that would do it for them cannot be had everywhere.
env.TESTCONTAINERS_RYUK_DISABLED = 'true';
env.DOCKER_HOST ??= engineAddress();
const run = (tool, args, flags = []) =>
  spawnSync(node, [...flags, join(root, 'node_modules', tool), ...args], { cwd: root, stdio: 'inherit', env })
    .status === 0;

/** Counts a check; `passes` may also say `skipped`. */
function check(name, passes) {
  console.log(`\n== ${name}`);
  const startedAt = Date.now();
  const said = passes();
  const outcome = said === 'skipped' ? said : said ? 'passed' : 'failed';
  total[outcome]++;
  const word = { passed: 'ok', failed: 'FAILED', skipped: 'SKIPPED' }[outcome];
  console.log(`== ${name}: ${word} (${((Date.now() - startedAt) / 1000).toFixed(0)} s)`);
}

/** The images that the specs run, where there is Docker; elsewhere those specs are skipped, unless it is required. */
function images() {
  check('images', () => {
    try {
      const { why } = buildImages();
      env.TELEWIRE_DOCKER = why ?? 'ready';
      if (why === undefined) return true;
      console.log(`EVERYTHING IN CONTAINERS IS SKIPPED: ${why}`);
      return process.env.REQUIRE_DOCKER === '1' ? false : 'skipped';
    } catch (error) {
      env.TELEWIRE_DOCKER = 'the images cannot be built';
      console.error(error.message);
      return false;
    }
  });
}

check('format', () => run('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']));
check('types', () => run('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit']));
check('templates', () =>
  run('@angular/compiler-cli/bundles/src/bin/ngc.js', ['-p', 'apps/dashboard/tsconfig.app.json', '--noEmit']),
);
check('lint', () => run('eslint/bin/eslint.js', ['.']));
check('boundaries', () =>
  run('dependency-cruiser/bin/dependency-cruiser.mjs', ['--config', '.dependency-cruiser.cjs', 'apps', 'libs']),
);
build();
images();

console.log('\n== specs');
mkdirSync(dirname(results), { recursive: true });
rmSync(results, { force: true });
run(
  'jest/bin/jest.js',
  // A spec that fails may leave a connection open, and the run would never end; what counts is written by then.
  ['--json', `--outputFile=${results}`, '--forceExit', ...process.argv.slice(2)],
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
);
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites, testResults } =
    JSON.parse(readFileSync(results, 'utf8'));
  total.passed += numPassedTests;
  total.failed += numFailedTests + numRuntimeErrorTestSuites;
  total.skipped += numPendingTests + numTodoTests;
  for (const { assertionResults } of testResults) {
    for (const { status, fullName } of assertionResults) if (status === 'pending') console.log(`SKIPPED: ${fullName}`);
  }
} catch {
  console.error('Jest ended without a result.');
  total.failed++;
}

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
