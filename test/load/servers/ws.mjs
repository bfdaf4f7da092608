// The plain `ws` library, one frame a message, as one writes it in an afternoon.
import { end, forkOn, SERVER_CORE } from '../rig/machine.mjs';
import { upgradeRequest } from '../rig/wires.mjs';
import { countOfPack, sentAtOfPack } from './senml.mjs';

export const missing = () => undefined;

export async function start({ brokerUrl }) {
  const { child, ready } = await forkOn(SERVER_CORE, import.meta.filename, [brokerUrl]);
  return { ...ready, pids: [child.pid], child, stop: () => end(child, 'SIGKILL') };
}

if (process.argv[1] === import.meta.filename) await serve(process.argv[2]);

async function serve(brokerUrl) {
  const { default: mqtt } = await import('mqtt');
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  const broker = await mqtt.connectAsync(brokerUrl);
  broker.stream.setNoDelay(true);
  broker.on('message', (_topic, payload) => {
    for (const client of server.clients) client.send(payload, { binary: false });
  });
  await broker.subscribeAsync('telewire/data/#', { qos: 1 });
  process.on('message', () => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    process.send({ heapKb: (heapUsed + external) / 1024 });
  });
  process.once('disconnect', () => process.exit());
  process.send({ port: server.address().port });
}

export const speeches = {
  websocket: {
    body: 'websocket',
    request: (port) => upgradeRequest('/', port),
    count: countOfPack,
    sentAt: sentAtOfPack,
  },
};
