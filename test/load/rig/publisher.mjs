// A process that publishes readings over MQTT at a steady pace: SenML, QoS 1, 3.1.1, without delay.
// Arguments: port of the broker, readings a second, readings in a pack, series, of which a device has as many as a pack or 8.
import { once } from 'node:events';
import { connect } from 'node:net';
import { now } from './clock.mjs';
import { connect as connectPacket, DISCONNECT, publish } from './mqtt-packets.mjs';

const [port, readingsHz, pack, series] = process.argv.slice(2).map(Number);
const PACE_MS = 2;
const METRICS = pack > 1 ? pack : Math.min(8, series);
const DEVICES = Math.max(1, Math.floor(series / METRICS));

const socket = connect(port, '127.0.0.1');
socket.setNoDelay(true);
await once(socket, 'connect');
socket.write(connectPacket(`load-${process.pid}`));
await once(socket, 'data');
// Each message is acknowledged by four bytes.
let acknowledged = 0;
socket.on('data', ({ length }) => (acknowledged += length / 4));
socket.on('error', () => process.exit(1));

let published = 0;
let due = 0;
let id = 0;
let at = performance.now();
let timer;

/** Sends what is due; what a stall held up comes at once after it. */
function tick() {
  const until = performance.now();
  due += ((until - at) / 1000) * readingsHz;
  at = until;
  if (due < pack) return;
  socket.cork();
  for (; due >= pack; due -= pack) {
    const message = Math.floor(published / pack);
    id = (id % 0xffff) + 1;
    const { topic, text } = messageAt(message);
    socket.write(publish(topic, id, text));
    published += pack;
  }
  socket.uncork();
}

function messageAt(message) {
  const sentAt = now();
  const at = Math.floor(sentAt);
  // A value as devices send it, of three digits, which also says at which microsecond it was sent.
  const value = Math.round((sentAt - at) * 1000) / 10;
  const device = `load/d${(pack > 1 ? message : Math.floor(message / METRICS)) % DEVICES}`;
  const first = pack > 1 ? 0 : message % METRICS;
  let text = `[{"bn":"${device}/","bt":${at / 1000},"n":"x${first}","v":${value}}`;
  for (let i = 1; i < pack; i++) text += `,{"n":"x${i}","v":${value}}`;
  return { topic: `telewire/data/${device}`, text: `${text}]` };
}

const words = {
  start: () => {
    at = performance.now();
    timer = setInterval(tick, PACE_MS);
  },
  counts: () => undefined,
  stop: () => clearInterval(timer),
};
process.on('message', (word) => {
  if (word === 'end') return socket.end(DISCONNECT, () => process.exit());
  words[word]();
  process.send({ published, unacknowledged: published / pack - acknowledged });
});
process.once('disconnect', () => process.exit());
process.send('ready');
