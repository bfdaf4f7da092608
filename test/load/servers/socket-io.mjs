// Socket.IO 4 on its WebSocket transport: each message one event for everyone.
import { end, forkOn, SERVER_CORE } from '../rig/machine.mjs';
import { upgradeRequest } from '../rig/wires.mjs';
import { sentAtOfPack } from './senml.mjs';

export const missing = () => undefined;

export async function start({ brokerUrl }) {
  const { child, ready } = await forkOn(SERVER_CORE, import.meta.filename, [brokerUrl]);
  return { ...ready, pids: [child.pid], child, stop: () => end(child, 'SIGKILL') };
}

if (process.argv[1] === import.meta.filename) await serve(process.argv[2]);

async function serve(brokerUrl) {
  const { createServer } = await import('node:http');
  const { default: mqtt } = await import('mqtt');
  const { Server } = await import('socket.io');
  const http = createServer().listen(0, '127.0.0.1');
  const server = new Server(http, { transports: ['websocket'], serveClient: false });
  const broker = await mqtt.connectAsync(brokerUrl);
  broker.stream.setNoDelay(true);
  broker.on('message', (_topic, payload) => server.emit('readings', JSON.parse(payload)));
  await broker.subscribeAsync('telewire/data/#', { qos: 1 });
  process.on('message', () => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    process.send({ heapKb: (heapUsed + external) / 1024 });
  });
  process.once('disconnect', () => process.exit());
  process.send({ port: http.address().port });
}

// The first characters of a text frame: Engine.IO 4 packet types 2 ping, 3 pong, 4 message; of Socket.IO 5 0 connect, 2 event.
const [PING, MESSAGE, CONNECT, EVENT] = Buffer.from('2402');
const TEXT = 1;

export const speeches = {
  websocket: {
    body: 'websocket',
    request: (port) => upgradeRequest('/socket.io/?EIO=4&transport=websocket', port),
    greet: (send) => send(TEXT, '40'),
    isReady: (bytes, start) => bytes[start] === MESSAGE && bytes[start + 1] === CONNECT,
    reply: (bytes, start) => (bytes[start] === PING ? [TEXT, '3'] : undefined),
    count: (bytes, start, _end, pack) => (bytes[start] === MESSAGE && bytes[start + 1] === EVENT ? pack : 0),
    sentAt: (text) => sentAtOfPack(JSON.stringify(JSON.parse(text.slice(2))[1])),
  },
};
