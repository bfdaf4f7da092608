// Our gateway as it is shipped: a durable journal, QoS 1, SenML.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandOf } from '../../../scripts/install.mjs';
import { end, forkOn, SERVER_CORE } from '../rig/machine.mjs';
import { getRequest, upgradeRequest } from '../rig/wires.mjs';

export const missing = () => undefined;

/** @param options `brokerUrl`, and further `settings` and `nodeArguments` of the process */
export async function start({ brokerUrl, settings = {}, nodeArguments = [] }) {
  const given = JSON.stringify({ MQTT_URL: brokerUrl, ...settings });
  const asShipped = commandOf('gateway').filter((each) => each.startsWith('--'));
  const flags = ['--expose-gc', ...asShipped, ...nodeArguments];
  const { child, ready } = await forkOn(SERVER_CORE, import.meta.filename, [given], flags);
  return { ...ready, pids: [child.pid], child, stop: () => end(child) };
}

if (process.argv[1] === import.meta.filename) await serve(JSON.parse(process.argv[2]));

async function serve(settings) {
  const { startGateway } = await import('../../../dist/apps/gateway/src/gateway.js');
  const { parseConfig } = await import('../../../dist/apps/gateway/src/config.js');
  const folder = mkdtempSync(join(tmpdir(), 'telewire-bench-'));
  const gateway = await startGateway(
    parseConfig({ PORT: '0', MQTT_PORT: '0', LOG_LEVEL: 'error', DATA_DIR: folder, ...settings }),
  );
  // An external broker is connected to once its state is known.
  const { port } = new URL(gateway.url);
  while (!(await fetch(`${gateway.url}/health/ready`)).ok) await new Promise((resolve) => setTimeout(resolve, 20));
  process.on('message', (word) => {
    if (word === 'collect') globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    process.send({ heapKb: (heapUsed + external) / 1024 });
  });
  const stop = async () => {
    await gateway.stop();
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  };
  process.once('SIGTERM', stop);
  process.once('disconnect', stop);
  process.send({ port: Number(port), mqttPort: gateway.mqttPort });
}

const FILTER = 'filter=load/%23';
const [OPENING, FIRST_DIGIT, LAST_DIGIT] = Buffer.from('[09');
const READINGS = Buffer.from('"type":"readings"');

/** A row is a list that begins with the number of its series; of this load no value is a list. */
function rowsIn(bytes, start, end) {
  let rows = 0;
  for (let i = start; i < end; i++)
    if (bytes[i] === OPENING && bytes[i + 1] >= FIRST_DIGIT && bytes[i + 1] <= LAST_DIGIT) rows++;
  return rows;
}

/** Rows of a `readings` frame; a snapshot repeats what is known. */
function countOfFrame(bytes, start, end) {
  const at = bytes.indexOf(READINGS, start);
  return at >= 0 && at < start + 16 ? rowsIn(bytes, start, end) : 0;
}

const rowsOf = (frame) => (frame.type === 'readings' ? frame.rows : []);
const sentAtOfRows = (rows) => rows.map(([, at, value]) => at + value / 100);
const SNAPSHOT = '"type":"snapshot"';
const isSnapshot = (bytes, start, end) => bytes.toString('utf8', start, Math.min(end, start + 64)).includes(SNAPSHOT);

/** What the gateway says when nothing has been said yet: hello, subscribed, and an empty snapshot. */
const frames = {
  isReady: isSnapshot,
  count: countOfFrame,
  sentAt: (text) => sentAtOfRows(rowsOf(JSON.parse(text.replace(/^data: ?/, '')))),
};

export const speeches = {
  websocket: {
    ...frames,
    body: 'websocket',
    request: (port) => upgradeRequest(`/api/v1/socket?${FILTER}`, port),
  },
  sse: { ...frames, body: 'lines', request: (port) => getRequest(`/api/v1/events?${FILTER}`, port) },
  'http-stream': { ...frames, body: 'lines', request: (port) => getRequest(`/api/v1/stream?${FILTER}`, port) },
  'long-poll': {
    body: 'answers',
    request: (port, answer) => {
      const cursor = answer
        ? /"cursor":"([^"]+)"[^[]*$/.exec(answer.toString('utf8', answer.lastIndexOf('"cursor"')))
        : null;
      return getRequest(`/api/v1/readings?${FILTER}&wait=20${cursor ? `&after=${cursor[1]}` : ''}`, port);
    },
    isReady: (bytes) => bytes.includes(SNAPSHOT),
    count: rowsIn,
    sentAt: (text) => sentAtOfRows(JSON.parse(text).frames.flatMap(rowsOf)),
  },
};

const TEXT = 1;

/**
 * Clients with several subscriptions to the same readings, of which so many ask in another way than all others: what the gateway
 * builds once for all who ask alike, it builds so often.
 */
export function manySubscriptions({ each, distinct, maxHz }) {
  let clients = 0;
  return () => {
    const first = clients++ * each;
    let snapshots = 0;
    return {
      ...speeches.websocket,
      request: (port) => upgradeRequest('/api/v1/socket', port),
      greet: (send) => {
        for (let i = 0; i < each; i++) {
          const filters = ['load/#', `nothing/${(first + i) % distinct}`];
          send(TEXT, JSON.stringify({ type: 'subscribe', id: `s${i}`, filters, maxHz }));
        }
      },
      isReady: (...message) => isSnapshot(...message) && ++snapshots === each,
    };
  };
}
