// Installs the dependencies when the lock file has changed since the last time, with nothing but Node and npm.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');
const stamp = join(root, 'node_modules', '.telewire-lock');

// npm on Windows is a script that only a shell starts.
const shell = process.platform === 'win32';

/** Runs `npm ci` when node_modules is not what the lock file says. */
export function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing packages (once, about a minute) …');
  // --loglevel=error: the host's Node may be older than what some packages ask for; they run on the Node of the lock file.
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell,
  });
  writeFileSync(stamp, wanted);
}

/** What Node is to be given to run a program as the script of package.json says: flags, and the file. */
export const commandOf = (program) =>
  JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    .scripts[program].split(' ')
    .slice(1);

/** The Node that the lock file brings, or the host's own where it brings none (macOS) and that is new enough. */
export function nodePath() {
  const brought = [`node-linux-${process.arch}`, `node-win-${process.arch}`]
    .flatMap((name) => [
      join(root, 'node_modules', name, 'bin', 'node'),
      join(root, 'node_modules', name, 'bin', 'node.exe'),
    ])
    .find((path) => existsSync(path));
  if (brought) return brought;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  console.error(`Telewire needs Node 24 or newer here; this is ${process.version}. See .nvmrc.`);
  process.exit(1);
}
