// Clients of a gateway that is killed and started again: how many attempts a second they make, how long until all are back, and
// that none has missed or repeated a reading. Ends with 1 where one has, or where more came at once than the gateway said.
// npm run bench -- returning [clients] [seconds down]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const CLIENTS = Number(process.argv[2] ?? 2_000);
const DOWN_S = Number(process.argv[3] ?? 8);
const WORKERS = 4;
const RATE_HZ = 2;
const SPREAD_MS = 4_000;
// A draw is a draw: so many times the mean may come in one second.
const SLACK = 1.5;
const PATIENCE_S = 60;

if (isMainThread) await measure();
else await watch(workerData);

async function measure() {
  const folder = await mkdtemp(join(tmpdir(), 'telewire-returning-'));
  const env = {
    ...process.env,
    MQTT_URL: '',
    DATA_DIR: folder,
    RECONNECT_SPREAD_MS: String(SPREAD_MS),
    LOG_LEVEL: 'error',
  };
  let gateway = await start({ ...env, PORT: '0', MQTT_PORT: '0' });
  const { default: mqtt } = await import('mqtt');
  const device = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, {
    protocolVersion: 4,
    reconnectPeriod: 250,
  });
  let sent = 0;
  const sending = setInterval(() => {
    const pack = [{ bn: 'load/a/', n: 'x', t: Date.now() / 1000, v: ++sent }];
    device.publish('telewire/data/load/a', JSON.stringify(pack), { qos: 1 });
  }, 1000 / RATE_HZ);
  const workers = Array.from({ length: WORKERS }, (_, i) => {
    const clients = Math.floor(CLIENTS / WORKERS) + (i < CLIENTS % WORKERS ? 1 : 0);
    return new Worker(new URL(import.meta.url), { workerData: { url: gateway.url, clients } });
  });
  const ask = async (word) =>
    Promise.all(
      workers.map((worker) => {
        const answer = once(worker, 'message');
        worker.postMessage(word);
        return answer.then(([said]) => said);
      }),
    );
  /** Resolves when every client has a reading that was sent later than now, with how long that took. */
  const all = async () => {
    const from = performance.now();
    const goal = sent + 1;
    for (;;) {
      const there = (await ask({ goal })).reduce((sum, { reached }) => sum + reached, 0);
      const seconds = (performance.now() - from) / 1000;
      if (there === CLIENTS) return seconds;
      if (seconds > PATIENCE_S) throw new Error(`after ${PATIENCE_S} s ${there} of ${CLIENTS} have come`);
      await pause(100);
    }
  };
  try {
    console.log(`${CLIENTS} clients there after ${(await all()).toFixed(1)} s`);
    const { PORT, MQTT_PORT } = { PORT: String(gateway.port), MQTT_PORT: String(gateway.mqttPort) };
    gateway.process.kill('SIGKILL');
    await once(gateway.process, 'exit');
    const killedAt = Date.now();
    await pause(DOWN_S * 1_000);
    gateway = await start({ ...env, PORT, MQTT_PORT });
    const upAt = Date.now();
    const backS = await all();
    const reports = await ask({});
    const attempts = reports.flatMap((report) => report.attempts).filter((at) => at >= killedAt);
    // One that is down is not burdened by what finds nobody.
    const most = mostInASecond(attempts.filter((at) => at >= upAt));
    const bound = SLACK * (CLIENTS / (SPREAD_MS / 1_000));
    const faults = reports.reduce((sum, report) => sum + report.faults, 0);
    console.log(
      `killed, ${((upAt - killedAt) / 1000).toFixed(1)} s later up: all back after ${backS.toFixed(1)} s, ${attempts.length} attempts in all, at most ${most} in a second once it was up (bound ${bound}), ${faults} gaps or repeats`,
    );
    if (faults > 0 || most > bound) process.exitCode = 1;
  } finally {
    clearInterval(sending);
    device.end(true);
    await Promise.all(workers.map((worker) => worker.terminate()));
    gateway.process.kill('SIGKILL');
    await once(gateway.process, 'exit');
    await rm(folder, { recursive: true });
  }
}

async function start(env) {
  const child = spawn(process.execPath, [new URL('../../dist/apps/gateway/src/main.js', import.meta.url).pathname], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const found = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      const match = /on (http:\/\/\S+?:(\d+)), MQTT broker on port (\d+)/.exec((said += chunk));
      if (match) resolve(match);
    });
    child.once('exit', () => reject(new Error(`the gateway ended: ${said}`)));
  });
  const [, url, port, mqttPort] = found;
  return { process: child, url, port, mqttPort };
}

/** The most of `times`, epoch milliseconds, that lie within one second. */
function mostInASecond(times) {
  times.sort((a, b) => a - b);
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[last] - times[first] >= 1_000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

async function watch({ url, clients }) {
  const { connect } = await import('../../dist/sdk/telewire.js');
  const attempts = [];
  class CountedSocket extends globalThis.WebSocket {
    constructor(...given) {
      attempts.push(Date.now());
      super(...given);
    }
  }
  const countedFetch = (...given) => {
    attempts.push(Date.now());
    return fetch(...given);
  };
  const last = new Float64Array(clients);
  let faults = 0;
  for (let i = 0; i < clients; i++) {
    const feed = connect({ url, WebSocket: CountedSocket, fetch: countedFetch }).feed({
      filters: ['load/#'],
      transport: 'auto',
      onSlow: 'lag',
    });
    feed.batches.subscribe((batch) => {
      if (batch.kind === 'gap') return void faults++;
      for (const { series, value } of batch.readings) {
        if (series !== 'load/a/x') continue;
        if (last[i] !== 0 && value !== last[i] + 1) faults++;
        last[i] = value;
      }
    });
  }
  parentPort.on('message', ({ goal }) => {
    if (goal === undefined) parentPort.postMessage({ attempts, faults });
    else parentPort.postMessage({ reached: last.filter((each) => each >= goal).length });
  });
}
