// What one client that reads nothing and five that read 1 KB a second cost the others among a hundred on WebSocket: pairs of
// runs with and without them, one after the other, each gateway in a process of its own.
// npm run bench -- slow [pairs] [seconds] [readings a second]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { median } from './rig/table.mjs';
import { SlowLine } from './slow-line.mjs';

const PAIRS = Number(process.argv[2] ?? 5);
const SECONDS = Number(process.argv[3] ?? 30);
const READINGS_HZ = Number(process.argv[4] ?? 1_000);
const CLIENTS = 100;
const SLOW = 5;
const SLOW_BYTES_PER_SECOND = 1_000;
const PACK = 8;
const SERIES = 80;
const WARM_MS = 5_000;
const FILTERS = ['load/#'];

if (process.send) await serve();
else if (isMainThread) await compare();
else await load(workerData);

/** A gateway as it is shipped, in a process of its own, that says how much it holds when it is asked. */
async function serve() {
  const { startGateway } = await import('../../dist/apps/gateway/src/gateway.js');
  const { parseConfig } = await import('../../dist/apps/gateway/src/config.js');
  const folder = mkdtempSync(join(tmpdir(), 'telewire-bench-'));
  const gateway = await startGateway(
    // A small journal is full soon, so that what grows afterwards is what clients cost.
    parseConfig({ PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'error', DATA_DIR: folder, JOURNAL_MAX_MB: '4' }),
  );
  process.send({ port: Number(new URL(gateway.url).port), mqttPort: gateway.mqttPort });
  process.once('disconnect', () => process.exit());
  process.on('message', async (word) => {
    if (word === 'heap') {
      globalThis.gc();
      return process.send(process.memoryUsage().heapUsed / 2 ** 20);
    }
    await gateway.stop();
    rmSync(folder, { recursive: true, force: true });
    process.disconnect();
  });
}

async function compare() {
  console.log(
    `${CLIENTS} clients at ${READINGS_HZ} readings/s, of ${SERIES} series, durable, ${SECONDS} s a run; "with": one of them reads ` +
      `nothing, ${SLOW} read ${SLOW_BYTES_PER_SECOND / 1000} KB/s`,
  );
  const pairs = [];
  for (let i = 0; i < PAIRS; i++) {
    const pair = {};
    // Each is the first in every other pair: what else the machine does favours neither.
    for (const slow of i % 2 ? [true, false] : [false, true]) pair[slow ? 'with' : 'without'] = await run(slow);
    const { without } = pair;
    console.log(
      `  ${i + 1}. age of the others p99 ${ms(without.p99)} without, ${ms(pair.with.p99)} with (p50 ${ms(without.p50)}, ` +
        `${ms(pair.with.p50)}); heap +${mb(without.grown)}, +${mb(pair.with.grown)}; ${pair.with.words}`,
    );
    pairs.push(pair);
  }
  const [without, slow] = ['without', 'with'].map((which) => median(pairs.map((pair) => pair[which].p99)));
  const allowed = Math.max(without * 0.1, 2);
  console.log(
    `median p99 ${ms(without)} without, ${ms(slow)} with: ${(slow - without).toFixed(1)} ms more, ${allowed.toFixed(1)} ms allowed`,
  );
  const faults = pairs.flatMap((pair) => pair.with.faults);
  for (const fault of faults) console.log(`  FAULT ${fault}`);
  process.exit(faults.length > 0 || slow - without > allowed ? 1 : 0);
}

async function run(withSlow) {
  const gateway = fork(import.meta.filename, process.argv.slice(2), { execArgv: ['--expose-gc'] });
  const [{ port, mqttPort }] = await once(gateway, 'message');
  const heap = async () => {
    gateway.send('heap');
    return (await once(gateway, 'message'))[0];
  };
  const clients = withSlow ? CLIENTS - SLOW - 1 : CLIENTS;
  const worker = new Worker(new URL(import.meta.url), {
    argv: process.argv.slice(2),
    workerData: { port, mqttPort, clients },
  });
  const say = async (word) => {
    const done = once(worker, 'message');
    worker.postMessage(word);
    return (await done)[0];
  };
  await say('begin');
  const slow = withSlow ? await slowClients(port) : undefined;
  await pause(WARM_MS);
  const before = await heap();
  await say('measure');
  await pause(SECONDS * 1000);
  const ages = await say('ages');
  const grown = (await heap()) - before;
  const end = slow ? await slow.end(() => say('hush')) : { words: '', faults: [] };
  await say('stop');
  await worker.terminate();
  gateway.send('stop');
  await once(gateway, 'exit');
  return { ...ages, grown, ...end };
}

/** One that reads nothing, five that read little; their words are how long it took until they were served less, and their books. */
async function slowClients(port) {
  const { connect } = await import('../../dist/sdk/telewire.js');
  const { WebSocket } = await import('ws');
  const url = `http://127.0.0.1:${port}`;
  const lines = [];
  const startedAt = performance.now();
  const steps = Array.from({ length: SLOW + 1 }, () => []);
  const clients = steps.map((own, i) => {
    const bytesPerSecond = i === 0 ? 0 : SLOW_BYTES_PER_SECOND;
    class SlowSocket extends WebSocket {
      constructor(address, protocols) {
        super(address, protocols, {
          createConnection: ({ host, port: to }) => {
            const line = new SlowLine(connectTcp(to, host), bytesPerSecond);
            lines.push(line);
            return line;
          },
        });
      }
    }
    const client = connect({ url, WebSocket: SlowSocket });
    const feed = client.feed({ filters: FILTERS });
    feed.batches.subscribe();
    feed.state.subscribe(({ phase, degraded }) => own.push({ phase, degraded }));
    return { client, feed };
  });
  const degraded = async () => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return [...text.matchAll(/^telewire_degraded_subscriptions\{.*\} (\d+)/gm)].reduce(
      (sum, [, count]) => sum + +count,
      0,
    );
  };
  // All take the beginning in, so that they have been up to date.
  while (clients.some((_, i) => !steps[i].some(({ phase }) => phase === 'live'))) await pause(20);
  for (const line of lines) line.slow();
  const slowAt = performance.now();
  let allAt;
  const watch = (async () => {
    while (allAt === undefined && performance.now() < slowAt + 60_000) {
      if ((await degraded()) === SLOW + 1) allAt = performance.now();
      await pause(100);
    }
  })();
  return {
    async end(hush) {
      await watch;
      for (const line of lines) line.hurry();
      await pause(10_000);
      const heads = await hush();
      await pause(1_000);
      const faults = [];
      if (allAt === undefined) faults.push('not all slow clients were served less');
      else if (allAt - slowAt > 5_000 + 2_000) faults.push(`the last was served less after ${allAt - slowAt} ms`);
      let matched = 0;
      let withheld = 0;
      clients.forEach(({ feed, client }, i) => {
        const wasTold = steps[i].some(({ degraded }) => degraded !== undefined);
        const wasDropped = steps[i].some(({ phase }) => phase === 'resuming');
        // Who reads nothing answers no ping; it is taken for gone, and comes back with its cursor.
        if (i === 0 ? !(wasTold || wasDropped) : !wasTold || wasDropped)
          faults.push(`client ${i} was ${wasTold ? '' : 'not '}told${wasDropped ? ', and dropped' : ''}`);
        for (const [series, entry] of feed.ledger()) {
          matched += entry.matched;
          withheld += entry.withheld;
          if (entry.lost > 0) faults.push(`client ${i} lost ${entry.lost} of ${series}`);
          if (entry.matched > heads[series]) faults.push(`client ${i} knows of more of ${series} than there are`);
          // It began after the first few seconds, and is up to date by now.
          if (entry.matched < heads[series] - ((slowAt - startedAt + 10_000) / 1000) * (READINGS_HZ / SERIES))
            faults.push(`client ${i} does not account for ${heads[series] - entry.matched} of ${series}`);
        }
        client.close();
      });
      const after = allAt === undefined ? 'not all' : `${((allAt - slowAt) / 1000).toFixed(1)} s`;
      return { faults, words: `served less after ${after}; ${withheld} of ${matched} withheld, 0 lost` };
    },
  };
}

/** The publisher and those who read as fast as they can. */
async function load({ port, mqttPort, clients }) {
  const { default: mqtt } = await import('mqtt');
  const { WebSocket } = await import('ws');
  const device = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { protocolVersion: 4 });
  device.stream.setNoDelay?.(true);
  let readings = 0;
  let timer;
  let ages;
  const now = () => performance.timeOrigin + performance.now();
  const publish = (startedAt) => {
    const due = ((performance.now() - startedAt) / 1000) * READINGS_HZ;
    for (; readings < due; readings += PACK) {
      const pack = Array.from({ length: PACK }, (_, i) => ({ n: `x${(readings + i) % SERIES}`, v: now() }));
      pack[0] = { bn: 'load/a/', ...pack[0] };
      device.publish('telewire/data/load/a', JSON.stringify(pack), { qos: 1 });
    }
  };
  const words = {
    begin: async () => {
      for (let i = 0; i < clients; i++) {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/socket?filter=${encodeURIComponent(FILTERS[0])}`);
        socket.on('message', (text) => {
          if (!ages) return;
          const at = now();
          const frame = JSON.parse(text);
          if (frame.type === 'readings') for (const row of frame.rows) ages.push(at - row[2]);
        });
        await once(socket, 'open');
      }
      const startedAt = performance.now();
      timer = setInterval(publish, 2, startedAt);
    },
    measure: () => void (ages = []),
    ages: () => {
      const sorted = Float64Array.from(ages).sort();
      ages = undefined;
      return { p50: sorted[sorted.length >> 1], p99: sorted[Math.floor(sorted.length * 0.99)] };
    },
    /** Publishes no more; how many readings each series has had. */
    hush: () => {
      clearInterval(timer);
      return Object.fromEntries(
        Array.from({ length: SERIES }, (_, i) => [`load/a/x${i}`, Math.ceil((readings - i) / SERIES)]),
      );
    },
    stop: async () => {
      clearInterval(timer);
      await device.endAsync(true);
    },
  };
  parentPort.on('message', async (word) => parentPort.postMessage((await words[word]()) ?? null));
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}

function mb(value) {
  return `${value.toFixed(1)} MB`;
}
