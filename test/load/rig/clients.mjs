// A process of lean clients: sockets that count every reading that reaches them and decode a sample of what comes, for its age.
// Arguments: server, transport, port, readings in a message, messages a second that all of them together expect, and as JSON what
// each of our gateway's clients subscribes to, where that is not one thing for all.
import { now } from './clock.mjs';
import { Client } from './client.mjs';
import { servers } from '../servers/index.mjs';
import { manySubscriptions } from '../servers/telewire.mjs';

const [server, transport] = process.argv.slice(2);
const [port, pack, messagesHz] = process.argv.slice(4, 7).map(Number);
const many = process.argv[7] ? manySubscriptions(JSON.parse(process.argv[7])) : undefined;
// Decoding more would make the load the bottleneck, and says no more.
const SAMPLES_HZ = 500;
const MAX_AGES = 2_000_000;
const AT_ONCE = 100;

const speech = servers[server].speeches[transport];
const ages = new Float64Array(MAX_AGES);
const tally = { delivered: 0, frames: 0, ended: 0 };
let measuring = false;
let ageCount = 0;
let turn = 0;
// Of a prime number, so that it is not the same clients' turn each time.
const every = primeFrom(Math.floor(messagesHz / SAMPLES_HZ));
const clients = [];

/** What a client calls for each message. */
function take(bytes, start, end, readAt) {
  const readings = speech.count(bytes, start, end, pack);
  if (readings === 0) return;
  tally.delivered += readings;
  tally.frames++;
  if (!measuring || ++turn % every > 0) return;
  for (const sentAt of speech.sentAt(bytes.toString('utf8', start, end)))
    if (ageCount < MAX_AGES) ages[ageCount++] = readAt - sentAt;
}

async function connect(count) {
  for (let left = count; left > 0; left -= AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, left) }, () => new Client(many?.() ?? speech, port, take, now));
    clients.push(...some);
    await Promise.all(some.map(({ ready }) => ready));
    for (const client of some) client.socket.once('close', () => tally.ended++);
  }
}

const counts = () => ({ ...tally, bytes: clients.reduce((sum, { socket }) => sum + socket.bytesRead, 0) });

const words = {
  counts,
  measure: () => {
    measuring = true;
    ageCount = 0;
    return counts();
  },
  ages: () => {
    measuring = false;
    const sorted = ages.slice(0, ageCount).sort();
    const at = (part) => sorted[Math.floor(sorted.length * part)];
    return { p50: at(0.5), p99: at(0.99), worst: sorted.at(-1), samples: ageCount, ...counts() };
  },
};
process.on('message', async (word) => {
  if (word === 'end') process.exit();
  process.send((await (word.connect === undefined ? words[word]() : connect(word.connect))) ?? 'done');
});
process.once('disconnect', () => process.exit());
process.send('ready');

function primeFrom(least) {
  for (let n = Math.max(1, least); ; n++) {
    let prime = true;
    for (let i = 2; i * i <= n && prime; i++) prime = n % i > 0;
    if (prime) return n;
  }
}
