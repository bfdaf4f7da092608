// How many QoS 1 messages a second reach the journal's file from Mosquitto, and with a disk that takes its time.
// npm run bench -- intake [messages] [milliseconds a commit takes longer]
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import mqtt from 'mqtt';
import { ExternalBroker } from '../../dist/apps/gateway/src/ingest/external-broker.js';
import { Ingest } from '../../dist/apps/gateway/src/ingest/ingest.js';
import { Refusals } from '../../dist/apps/gateway/src/ingest/refusals.js';
import { Repetitions } from '../../dist/apps/gateway/src/ingest/repetitions.js';
import { DurableJournal } from '../../dist/apps/gateway/src/journal/durable-journal.js';
import { WorkerStore } from '../../dist/apps/gateway/src/journal/worker-store.js';
import { Registry } from '../../dist/apps/gateway/src/registry/registry.js';

const MESSAGES = Number(process.argv[2] ?? 20_000);
const LONGER_MS = Number(process.argv[3] ?? 10);
const DEVICES = 50;

const folder = await mkdtemp(join(tmpdir(), 'telewire-'));
const port = await freePort();
const broker = await mosquitto();
try {
  await measure('as it is', 0);
  await measure(`with ${LONGER_MS} ms more for each commit`, LONGER_MS);
} finally {
  broker.kill();
  await rm(folder, { recursive: true });
}

/** Lets all messages wait at the broker, then takes them. */
async function measure(how, longerMs) {
  const store = new WorkerStore(join(folder, `journal-${longerMs}`));
  let commits = 0;
  const slower = {
    open: (epoch) => store.open(epoch),
    read: (seq, limit) => store.read(seq, limit),
    close: () => store.close(),
    commit: async (commit) => {
      commits++;
      if (longerMs > 0) await pause(longerMs);
      await store.commit(commit);
    },
  };
  const { journal } = await DurableJournal.open(slower, { maxBytes: 256 * 1024 * 1024 });
  const ingest = new Ingest(new Repetitions(journal), new Registry(journal), new Refusals(console.error));
  const link = () => new ExternalBroker({ url: `mqtt://127.0.0.1:${port}`, clientId: `bench-${longerMs}` });
  // The session begins, and what is said from here on waits for it.
  const first = link();
  await first.start((message) => ingest.take(message));
  await new Promise((resolve) => first.state.subscribe(({ connected }) => connected && resolve()));
  await first.stop();
  await say();
  commits = 0;
  const startedAt = performance.now();
  const all = new Promise((resolve) => {
    journal.committed.subscribe(() => journal.head >= MESSAGES && resolve());
  });
  const second = link();
  await second.start((message) => ingest.take(message));
  await all;
  const seconds = (performance.now() - startedAt) / 1000;
  await second.stop();
  await journal.close();
  const rate = Math.round(MESSAGES / seconds);
  console.log(`${how}: ${MESSAGES} messages in ${seconds.toFixed(1)} s, ${rate} a second, ${commits} commits`);
}

async function say() {
  const device = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 });
  const t = Date.now() / 1000;
  // No more at once than there are packet identifiers.
  for (let said = 0; said < MESSAGES; said += 10_000) {
    const packs = Array.from({ length: Math.min(10_000, MESSAGES - said) }, (_, i) => {
      const name = `bench/device-${(said + i) % DEVICES}`;
      const pack = JSON.stringify([{ bn: `${name}/`, n: 'x', t: t + (said + i) / 1000, v: i }]);
      return device.publishAsync(`telewire/data/${name}`, pack, { qos: 1 });
    });
    await Promise.all(packs);
  }
  await device.endAsync();
}

async function mosquitto() {
  const settings = join(folder, 'mosquitto.conf');
  await writeFile(settings, `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n`);
  const child = spawn('mosquitto', ['-c', settings], {
    stdio: 'ignore',
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
  });
  child.once('error', () => {
    console.error('This bench needs Mosquitto: apt-get install mosquitto');
    process.exit(2);
  });
  while (!(await answers())) await pause(20);
  return child;
}

function answers() {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
  });
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}
