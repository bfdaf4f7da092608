// npm start: installs, builds and runs the whole system, and ends it on one Ctrl-C. Flags go to the simulator.
import { spawn } from 'node:child_process';
import { build } from './build.mjs';
import { commandOf, install, nodePath, root } from './install.mjs';

install();
build();

const node = nodePath();
const children = [];
let ending = false;
// True once everything has begun.
let opened = false;

function run(name, args, onLine = () => {}) {
  const child = spawn(node, [...commandOf(name), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: Ctrl-C reaches this process alone, which ends the others in order.
    detached: process.platform !== 'win32',
  });
  children.push(child);
  child.stdout.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    text.split('\n').forEach(onLine);
  });
  child.once('exit', (code, signal) => {
    children.splice(children.indexOf(child), 1);
    if (ending) {
      if (children.length === 0) process.exit(process.exitCode ?? 0);
      return;
    }
    // A program that could not begin has said why itself.
    if (opened || signal) console.error(`The ${name} has ended (${signal ?? `code ${code}`}).`);
    if (opened && name === 'simulator') console.error('The gateway goes on; Ctrl-C ends it.');
    else end(code ?? 1);
  });
  return child;
}

function end(code) {
  if (ending) return;
  ending = true;
  process.exitCode = code;
  if (children.length === 0) process.exit(code);
  for (const child of children) child.kill('SIGTERM');
  setTimeout(() => {
    for (const child of children) child.kill('SIGKILL');
    process.exit(process.exitCode ?? 0);
  }, 6_000).unref();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(0));

let simulator;
run('gateway', [], (line) => {
  const found = /^Telewire gateway on (\S+?)(?:, MQTT broker on port (\d+))?$/.exec(line.trim());
  if (!found || simulator) return;
  const [, url, mqttPort] = found;
  if (mqttPort) process.env.MQTT_URL ??= `mqtt://127.0.0.1:${mqttPort}`;
  simulator = run('simulator', process.argv.slice(2), (said) => {
    if (opened || !said.startsWith('simulator:')) return;
    opened = true;
    console.log(`\n  Open ${url}  (Ctrl-C ends it)\n`);
  });
});
