// npm test: the one command that says the tree is good. Installs and builds what it needs, runs every check to its end,
// and closes with `N passed, N failed, N skipped`. REQUIRE_DOCKER=1 makes a missing engine a failure, REQUIRE_CAPTURE=1 a
// tcpdump that is missing or may not listen. `npm test -- PATH` runs all checks, and of the specs those that Jest finds there.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { build } from './build.mjs';
import { buildImages, engineAddress } from './images.mjs';
import { install, nodePath, root } from './install.mjs';
import jestConfig from '../jest.config.mjs';

install();
const node = nodePath();
const results = join(root, 'dist', 'test-results');
// Projects of jest.config.mjs: those that read the sources alone run beside those in containers, all others after them.
const OF_SOURCES = ['unit', 'dashboard', 'structure', 'conformance'];
const IN_CONTAINERS = ['integration'];
const total = { passed: 0, failed: 0, skipped: 0 };

// Tools that start `node` by name get the same one.
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}`, FORCE_COLOR: '0' };
// The specs remove what they start; the image that would do it for them cannot be had everywhere.
env.TESTCONTAINERS_RYUK_DISABLED = 'true';
env.DOCKER_HOST ??= engineAddress();

/** Resolves with true when a tool has ended well. What it says comes a whole part at a time, for two may run at once. */
function run(tool, args, flags = []) {
  const child = spawn(node, [...flags, join(root, 'node_modules', tool), ...args], { cwd: root, env });
  child.stdout.on('data', (said) => process.stdout.write(said));
  child.stderr.on('data', (said) => process.stderr.write(said));
  return new Promise((resolve) => child.once('close', (code) => resolve(code === 0)));
}

/** Counts a check; `passes` may also say `skipped`. */
async function check(name, passes) {
  const startedAt = Date.now();
  const said = await passes();
  const outcome = said === 'skipped' ? said : said ? 'passed' : 'failed';
  total[outcome]++;
  const word = { passed: 'ok', failed: 'FAILED', skipped: 'SKIPPED' }[outcome];
  console.log(`== ${name}: ${word} (${((Date.now() - startedAt) / 1000).toFixed(0)} s)`);
}

/** The images that the specs run, where there is Docker; elsewhere those specs are skipped, unless it is required. */
async function images() {
  try {
    const { why } = await buildImages();
    env.TELEWIRE_DOCKER = why ?? 'ready';
    if (why === undefined) return true;
    console.log(`EVERYTHING IN CONTAINERS IS SKIPPED: ${why}`);
    return process.env.REQUIRE_DOCKER === '1' ? false : 'skipped';
  } catch (error) {
    env.TELEWIRE_DOCKER = 'the images cannot be built';
    console.error(error.message);
    return false;
  }
}

/** Runs the specs of some projects of jest.config.mjs, one file after another, and counts them. */
async function specs(...projects) {
  const name = projects.join(', ');
  const output = join(results, `${projects.join('-')}.json`);
  console.log(`\n== specs: ${name}`);
  const startedAt = Date.now();
  const paths = process.argv.slice(2);
  await run(
    'jest/bin/jest.js',
    [
      ...['--selectProjects', ...projects, '--json', `--outputFile=${output}`],
      // A spec that fails may leave a connection open, and the run would never end; what counts is written by then.
      ...['--runInBand', '--forceExit', ...(paths.length > 0 ? ['--passWithNoTests', '--', ...paths] : [])],
    ],
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  );
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites, testResults } =
      JSON.parse(readFileSync(output, 'utf8'));
    total.passed += numPassedTests;
    total.failed += numFailedTests + numRuntimeErrorTestSuites;
    total.skipped += numPendingTests + numTodoTests;
    for (const { assertionResults } of testResults) {
      for (const { status, fullName } of assertionResults)
        if (status === 'pending') console.log(`SKIPPED: ${fullName}`);
    }
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
    console.log(`== specs: ${name}: ${numPassedTests} passed, ${numFailedTests} failed (${seconds} s)`);
  } catch {
    console.error(`Jest ended without a result: ${name}`);
    total.failed++;
  }
}

async function sources() {
  await check('format', () => run('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']));
  await check('types', () => run('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit']));
  await check('templates', () =>
    run('@angular/compiler-cli/bundles/src/bin/ngc.js', ['-p', 'apps/dashboard/tsconfig.spec.json', '--noEmit']),
  );
  await check('lint', () => run('eslint/bin/eslint.js', ['.']));
  await check('boundaries', () =>
    run('dependency-cruiser/bin/dependency-cruiser.mjs', ['--config', '.dependency-cruiser.cjs', 'apps', 'libs']),
  );
  await specs(...OF_SOURCES);
}

async function containers() {
  await check('images', images);
  await specs(...IN_CONTAINERS);
}

build();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
// What runs in containers mostly waits. What looks at a screen, or at how long something takes, runs alone.
await Promise.all([sources(), containers()]);
const beside = [...OF_SOURCES, ...IN_CONTAINERS];
await specs(...jestConfig.projects.map(({ displayName }) => displayName).filter((name) => !beside.includes(name)));

console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
