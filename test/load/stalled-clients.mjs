// What clients that stop reading cost the gateway: heap after a collection, before, while and after they stall.
// npm run bench -- stalled [clients] [seconds] [readings a second]
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const CLIENTS = Number(process.argv[2] ?? 200);
const SECONDS = Number(process.argv[3] ?? 60);
const READINGS_HZ = Number(process.argv[4] ?? 2000);
const PACK = 8;
const SERIES = 80;

if (isMainThread) await measure();
else await load(workerData);

async function measure() {
  const { startGateway } = await import('../../dist/apps/gateway/src/gateway.js');
  const { parseConfig } = await import('../../dist/apps/gateway/src/config.js');
  const gateway = await startGateway(
    // A small journal is full soon, so that what grows afterwards is what clients cost.
    parseConfig({ PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'error', DATA_DIR: 'memory', JOURNAL_MAX_MB: '4' }),
  );
  const worker = new Worker(new URL(import.meta.url), {
    argv: process.argv.slice(2),
    workerData: { port: Number(new URL(gateway.url).port), mqttPort: gateway.mqttPort },
  });
  const say = async (word) => {
    const done = new Promise((resolve) => worker.once('message', resolve));
    worker.postMessage(word);
    return done;
  };
  const heapMb = () => {
    globalThis.gc();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  await say('publish');
  await pause(20_000);
  const before = heapMb();
  await say('stall');
  let most = 0;
  for (let second = 0; second < SECONDS; second += 5) {
    await pause(5_000);
    most = Math.max(most, heapMb());
  }
  await say('leave');
  await pause(3_000);
  const after = heapMb();
  const sent = await say('stop');
  await worker.terminate();
  await gateway.stop();
  const mb = (value) => `${value.toFixed(1)} MB`;
  console.log(`${CLIENTS} SSE clients that read nothing for ${SECONDS} s at ${Math.round(sent)} readings/s`);
  console.log(
    `heap before ${mb(before)}, at most ${mb(most)} (+${mb(most - before)}), after ${mb(after)} (+${mb(after - before)})`,
  );
}

async function load({ port, mqttPort }) {
  const { default: mqtt } = await import('mqtt');
  const device = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { protocolVersion: 4 });
  const sockets = [];
  let readings = 0;
  let timer;
  let startedAt;
  const words = {
    publish: () => {
      startedAt = performance.now();
      timer = setInterval(() => {
        const due = ((performance.now() - startedAt) / 1000) * READINGS_HZ;
        for (; readings < due; readings += PACK) {
          const pack = Array.from({ length: PACK }, (_, i) => ({ n: `x${(readings + i) % SERIES}`, v: readings + i }));
          pack[0] = { bn: 'load/a/', ...pack[0] };
          device.publish('telewire/data/load/a', JSON.stringify(pack), { qos: 0 });
        }
      }, 5);
    },
    stall: async () => {
      for (let i = 0; i < CLIENTS; i++) {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => undefined);
        socket.pause();
        await new Promise((resolve) => socket.once('connect', resolve));
        socket.write(`GET /api/v1/events?filter=load/%23 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
        sockets.push(socket);
      }
    },
    leave: () => sockets.forEach((socket) => socket.destroy()),
    stop: async () => {
      clearInterval(timer);
      await device.endAsync(true);
      return (readings / (performance.now() - startedAt)) * 1000;
    },
  };
  parentPort.on('message', async (word) => parentPort.postMessage((await words[word]()) ?? null));
}
