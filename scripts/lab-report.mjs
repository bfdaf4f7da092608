// npm run lab:report -- [--seconds N] [--idle-seconds N]: runs the transport lab without a browser, and writes
// docs/transports.md with its pictures. What is measured, and the words around it, are in libs/lab/src/page.
// With --words it measures nothing and writes the page anew from the figures of the last run.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import * as prettier from 'prettier';
import { build } from './build.mjs';
import { install, nodePath, root } from './install.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    'idle-seconds': { type: 'string' },
    out: { type: 'string', default: 'docs' },
    words: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const idle = values['idle-seconds'];
const isTime = (value) => value >= 1 && value <= 3600;
if (!isTime(seconds) || (idle !== undefined && !isTime(Number(idle)))) {
  console.error(
    'npm run lab:report -- --seconds N --idle-seconds N, where N is how long each scenario, and the one in which nothing happens, is measured: 1 to 3600',
  );
  process.exit(2);
}

// The clients need a WebSocket of the platform, which the host's own Node may not have.
if (process.execPath !== nodePath()) {
  install();
  const { status } = spawnSync(nodePath(), [import.meta.filename, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}

build(['gateway', 'sdk', 'lab']);
const load = (path) => import(pathToFileURL(join(root, path)));
const lab = await load('dist/lab/lab.js');
const { connect } = await load('dist/sdk/telewire.js');

const measuring = { seconds, idleSeconds: idle === undefined ? lab.IDLE_SECONDS : Number(idle) };
// Until every lane has had its first data, and what opening cost is over.
const WARM_UP_MS = 3_000;
// Opening the lines, and the tallies before and after.
const SETTLING_MS = 2_000;
const PATIENCE_MS = 30_000;
/** How late 1 % of our timers are when something else wants the machine. */
const DISTURBED_MS = 40;

const figures = join(root, 'dist/lab-runs.json');

if (!values.words) {
  const runs = {};
  const duplex = {};
  const all = lab.scenarios(measuring);
  const planned = all.reduce((sum, each) => sum + each.seconds + (WARM_UP_MS + SETTLING_MS) / 1000, 0);
  console.log(`${all.length} scenarios, about ${Math.ceil(planned / 60)} minutes on a machine that has time for it.`);
  const beganAt = performance.now();
  const gateway = await startGateway();
  const client = connect({ url: gateway.url });
  try {
    // Programs are slow until they have run for a while.
    await measure(gateway, client.clock, { name: 'nothing yet', rateHz: 100, seconds });
    for (const scenario of all) runs[scenario.name] = await undisturbed(gateway, client.clock, scenario);
    for (const [name, weather] of Object.entries(lab.ECHO_WEATHERS))
      duplex[name] = await measureDuplex(gateway, weather);
  } finally {
    client.close();
    await gateway.end();
  }
  const tookS = (performance.now() - beganAt) / 1000;
  writeFileSync(figures, JSON.stringify({ ...measuring, tookS, runs, duplex }));
}
await write(JSON.parse(readFileSync(figures, 'utf8')));
process.exit(0);

/** Writes the page, its pictures and all figures. */
async function write(measured) {
  const folder = join(root, values.out, 'transports');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  for (const [name, svg] of Object.entries(lab.transportsPictures(measured))) writeFileSync(join(folder, name), svg);
  writeFileSync(join(folder, 'runs.csv'), csvOf(Object.values(measured.runs)));
  const options = await prettier.resolveConfig(join(root, 'docs/transports.md'));
  const text = lab.transportsPage(measured);
  const path = join(values.out, 'transports.md');
  writeFileSync(join(root, path), await prettier.format(text, { ...options, parser: 'markdown', proseWrap: 'always' }));
  console.log(`Written: ${path}`);
}

/** A gateway as it is built, a process of its own on free ports, with its embedded broker. */
async function startGateway() {
  const env = {
    ...process.env,
    HOST: '127.0.0.1',
    PORT: '0',
    MQTT_PORT: '0',
    MQTT_URL: '',
    LAB: 'on',
    LAB_PORT: '0',
    DATA_DIR: 'memory',
  };
  const child = spawn(process.execPath, [join(root, 'dist/apps/gateway/src/main.js')], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const url = await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      const found = /Telewire gateway on (http:\/\/\S+?),/.exec(output);
      if (found) resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`the gateway ended with ${code}: ${output}`)));
  });
  return {
    url,
    end: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** A session, and the next of its tallies. */
async function openSession(gateway) {
  const session = await lab.LabSession.open({ url: gateway.url });
  const waiting = new Set();
  session.events.subscribe({
    next: (event) => {
      if (event.type !== 'tally') return;
      for (const { resolve } of waiting) resolve(event.lanes);
      waiting.clear();
    },
    error: (error) => {
      for (const { reject } of waiting) reject(error);
    },
  });
  return { session, tally: () => new Promise((resolve, reject) => waiting.add({ resolve, reject })) };
}

/** A run in which the machine had time for us; where that is not to be had, the better one of two. */
async function undisturbed(...given) {
  const first = await measure(...given);
  if (first.disturbedMs <= DISTURBED_MS) return first;
  console.log(`The machine had other work (timers were ${first.disturbedMs.toFixed(0)} ms late); once more.`);
  const second = await measure(...given);
  return second.disturbedMs < first.disturbedMs ? second : first;
}

/** One race: opened in calm weather, then measured for its time. What opening cost is told apart. */
async function measure(gateway, clock, { name, rateHz, seconds: lasting, weather = {}, terms = {} }) {
  console.log(`Measuring ${name} …`);
  const { session, tally } = await openSession(gateway);
  await session.set({ rateHz });
  const opening = await tally();
  const race = new lab.Race({ url: session.url, clock, filters: [session.series], ...terms });
  let startedAt = Date.now();
  const running = race.lanes.subscribe();
  while (race.reports().some(({ phase }) => phase !== 'live') && Date.now() - startedAt < PATIENCE_MS) await pause(100);
  const opened = await tally();
  await pause(WARM_UP_MS);
  await session.set({ weather });
  const before = await tally();
  const delays = monitorEventLoopDelay();
  delays.enable();
  race.restart();
  startedAt = Date.now();
  await pause(lasting * 1000);
  const after = await tally();
  const lanes = race.reports();
  const endedAt = Date.now();
  const disturbedMs = delays.percentile(99) / 1e6;
  delays.disable();
  running.unsubscribe();
  session.close();
  const since = (now, then) =>
    Object.fromEntries(Object.entries(now).map(([lane, each]) => [lane, lab.tallySince(each, then[lane])]));
  return {
    title: name,
    startedAt,
    seconds: (endedAt - startedAt) / 1000,
    rateHz,
    weather,
    terms: { filters: [session.series], ...terms },
    lanes,
    tallies: since(after, before),
    opening: since(opened, opening),
    disturbedMs,
  };
}

/** The echoes of both ways, each with the tally of its lane. */
async function measureDuplex(gateway, weather) {
  console.log('Measuring echoes …');
  const { session, tally } = await openSession(gateway);
  await session.set({ weather });
  const results = [];
  for (const way of lab.DUPLEX_WAYS) {
    const lane = way === 'websocket' ? 'websocket' : 'sse';
    const before = await tally();
    let report;
    await new Promise((resolve, reject) =>
      lab
        .echo(way, { url: session.url, ...lab.ECHOES })
        .subscribe({ next: (each) => (report = each), complete: resolve, error: reject }),
    );
    if (report.failure) throw new Error(`${way}: ${report.failure}`);
    await tally(); // what is on its way when the last echo is back
    results.push({ ...report, tally: lab.tallySince((await tally())[lane], before[lane]) });
  }
  session.close();
  return results;
}

/** All runs in one table. */
function csvOf(all) {
  return all.map((run, i) => lab.reportCsv(run).replace(i === 0 ? '' : /^.*\r\n/, '')).join('');
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
