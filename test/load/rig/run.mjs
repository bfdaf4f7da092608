// One run: a server on its core, clients and publisher on the other, all counted over the same seconds.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { servers } from '../servers/index.mjs';
import './clock.mjs';
import { startMosquitto } from './broker.mjs';
import { ask, cpuMicrosecondsOf, forkOn, OTHER_CORE, waitedMicrosecondsOf } from './machine.mjs';

// Before this is over Node still compiles what is used most, which costs up to as much again.
export const WARM_SECONDS = 8;
const SETTLE_MS = 2_000;
// What is under way when the publisher stops has this long to come.
const DRAIN_MS = 5_000;
const DRAIN_STEP_MS = 250;
// Longer than the slowest pace that is asked for here.
const QUIET_MS = 1_500;
const ANNOUNCED_HZ = 20_000;

/** Starts one server and all that it needs; `around(rig)` uses them, and then they end. */
export async function withServer(name, options, around) {
  const { start } = servers[name];
  const broker = name === 'mosquitto' ? undefined : await startMosquitto(OTHER_CORE);
  const children = [];
  try {
    const server = await start({ brokerUrl: broker?.url, ...options });
    children.push({ stop: server.stop });
    const fork = async (file, args) => {
      const { child } = await forkOn(OTHER_CORE, join(import.meta.dirname, file), args);
      children.unshift({ stop: () => child.kill('SIGKILL') });
      return child;
    };
    return await around({ server, brokerPort: server.mqttPort ?? broker.port, fork });
  } finally {
    for (const { stop } of children) await stop();
    await broker?.stop();
  }
}

/**
 * Measures one load on one server.
 * @param load `transport`, `clients`, `readingsHz`, `pack`, `series`, `seconds`, `warm`; `known`: every series has spoken before anybody
 *   listens; `many`: what clients of our gateway subscribe to, see `manySubscriptions`
 * @returns figures of the measured seconds, and `loss` of all that was published from the first reading to the last
 */
export function run(name, load, options = {}) {
  const { transport, clients, readingsHz, pack, series, seconds, warm = WARM_SECONDS, known = false, many } = load;
  return withServer(name, options, async ({ server, brokerPort, fork }) => {
    const messagesHz = (readingsHz / pack) * clients;
    if (known) await announce(fork, brokerPort, series);
    const listening = [name, transport, server.port, pack, expectedHz(name, messagesHz, clients)];
    const listeners = await fork('clients.mjs', many ? [...listening, JSON.stringify(many)] : listening);
    await ask(listeners, { connect: clients });
    const publisher = await fork('publisher.mjs', [brokerPort, readingsHz, pack, series]);
    await ask(publisher, 'start');
    await pause(warm * 1000);

    const before = await reading();
    await pause(seconds * 1000);
    const after = await reading('ages');
    const stopped = await ask(publisher, 'stop');
    const copies = clients * (many?.each ?? 1);
    const end = await drained(listeners, stopped.published * copies);

    const difference = (which) => after.seen[which] - before.seen[which];
    const elapsed = (after.at - before.at) / 1000;
    const published = after.published - before.published;
    const delivered = difference('delivered');
    return {
      cpuUs: after.cpu - before.cpu,
      busy: (after.cpu - before.cpu) / 1e6 / elapsed,
      waited: (after.waited - before.waited) / 1e6 / elapsed,
      loadBusy: (after.loadCpu - before.loadCpu) / 1e6 / elapsed,
      elapsed,
      published,
      delivered,
      frames: difference('frames'),
      bytes: difference('bytes'),
      p50: after.seen.p50,
      p99: after.seen.p99,
      loss: 1 - end.delivered / (stopped.published * copies),
      // What it owes is growing: it does not keep up, whatever comes later.
      keptUp: clients === 0 || delivered > 0.97 * published * copies,
      onTime: published > 0.97 * readingsHz * elapsed,
    };

    async function reading(word = 'measure') {
      const [seen, { published }] = await Promise.all([ask(listeners, word), ask(publisher, 'counts')]);
      const cpu = cpuMicrosecondsOf(server.pids);
      const loadCpu = cpuMicrosecondsOf([process.pid]) - cpu;
      const waited = waitedMicrosecondsOf(server.pids);
      return { seen, published, cpu, waited, loadCpu, at: performance.now() };
    }
  });
}

/** Messages a second that reach all clients together: our gateway puts what comes within a frame's time into one. */
function expectedHz(name, messagesHz, clients) {
  return name === 'telewire' ? Math.min(messagesHz, 60 * clients) : messagesHz;
}

/** Lets every series say something, in packs, and lets the server take it in. */
async function announce(fork, brokerPort, series) {
  const publisher = await fork('publisher.mjs', [brokerPort, ANNOUNCED_HZ, Math.min(8, series), series]);
  await ask(publisher, 'start');
  let counts;
  do {
    await pause(100);
    counts = await ask(publisher, 'counts');
  } while (counts.published < series * 1.2);
  await ask(publisher, 'stop');
  await pause(SETTLE_MS);
  publisher.kill('SIGKILL');
}

/** What has been delivered, once all has come or nothing more does. */
async function drained(listeners, expected) {
  let last;
  let quietMs = 0;
  for (let waited = 0; waited < DRAIN_MS && quietMs < QUIET_MS; waited += DRAIN_STEP_MS) {
    await pause(DRAIN_STEP_MS);
    const counts = await ask(listeners, 'counts');
    if (counts.delivered >= expected) return counts;
    quietMs = counts.delivered === last?.delivered ? quietMs + DRAIN_STEP_MS : 0;
    last = counts;
  }
  return last;
}
