// What a bench needs of the machine: processes on a core, what they have used, free ports, and the class of machine it is.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, totalmem } from 'node:os';

/** The core of the server that is measured. */
export const SERVER_CORE = 0;
/** The core of everything else: publisher, broker, clients. */
export const OTHER_CORE = 1;

// Debian keeps servers where not every user's PATH leads.
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;

/** True when this program is installed. */
export function isInstalled(program) {
  return spawnSync('which', [program], { env: { PATH }, stdio: 'ignore' }).status === 0;
}

/** True when processes can be pinned to two cores; says so loudly when they cannot. (A pinned process sees one core: `cpus` sees all.) */
export function canPin() {
  if (cpus().length > 1 && isInstalled('taskset')) return true;
  console.log('NOT PINNED: this needs two cores and taskset (util-linux); server and load disturb each other');
  return false;
}

const pinned = canPin();

/** Keeps this process, and those that it starts, off the server's core. */
export function stayOffServerCore() {
  if (pinned) spawnSync('taskset', ['-a', '-p', '-c', String(OTHER_CORE), String(process.pid)], { stdio: 'ignore' });
}

/** Starts a program on a core. */
export function startOn(core, program, args, options = {}) {
  const env = { ...process.env, ...options.env, PATH };
  return pinned
    ? spawn('taskset', ['-c', String(core), program, ...args], { ...options, env })
    : spawn(program, args, { ...options, env });
}

/** Starts a Node process on a core, with a channel for messages; resolves with it and its first message. */
export async function forkOn(core, file, args = [], nodeArguments = ['--expose-gc']) {
  const child = startOn(core, process.execPath, [...nodeArguments, file, ...args.map(String)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ready = await Promise.race([
    once(child, 'message').then(([message]) => message),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with ${code}`))),
  ]);
  return { child, ready };
}

/** Asks a process of ours; it answers each question in turn. */
export async function ask(child, question) {
  child.send(question);
  const [answer] = await once(child, 'message');
  return answer;
}

/** Ends a process that we have started, and waits for it. */
export async function end(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), 6_000);
  await gone;
  clearTimeout(late);
}

/** Microseconds of processor time that processes, all their threads and children have used. proc(5), Documentation/scheduler/sched-stats */
export function cpuMicrosecondsOf(pids) {
  return schedstatOf(pids, 0);
}

/** Microseconds for which their threads could have run and something else did: each other, or what does not belong here. */
export function waitedMicrosecondsOf(pids) {
  return schedstatOf(pids, 1);
}

function schedstatOf(pids, field) {
  let nanoseconds = 0;
  for (const pid of family(pids))
    for (const thread of readdirSync(`/proc/${pid}/task`))
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[field]);
  return nanoseconds / 1000;
}

/** Kilobytes of memory that processes and their children hold. */
export function residentKbOf(pids) {
  return family(pids).reduce(
    (sum, pid) => sum + Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0),
    0,
  );
}

function family(pids) {
  return pids.flatMap((pid) => {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    return [pid, ...family(children)];
  });
}

/** A port that nobody has. */
export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The class of machine and the day, for whoever reads the numbers. */
export function machine() {
  const day = new Date().toISOString().slice(0, 10);
  return `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux, Node ${process.versions.node}, ${day}`;
}
