// A process of clients as a page has them: the SDK on WebSocket, each with the readings of one device.
// Arguments: port of the gateway, devices.
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { connect } from '../../../dist/sdk/telewire.js';
import { now } from '../rig/clock.mjs';

const [port, devices] = process.argv.slice(2).map(Number);
const AT_ONCE = 100;
const STEP_MS = 10;

const pages = [];
const sockets = new Set();
let ages;
let attempts = [];

/** Counts how often a connection is tried, and by whom it can be cut. */
class CountedSocket extends WebSocket {
  constructor(...args) {
    super(...args);
    attempts.push(now());
    sockets.add(this);
    this.on('close', () => sockets.delete(this));
    // Whoever it belongs to hears it as well; where nobody listens any more ws would throw.
    this.on('error', () => {});
  }
}

function open(i) {
  const client = connect({ url: `http://127.0.0.1:${port}`, WebSocket: CountedSocket });
  const feed = client.feed({ filters: [`load/d${i % devices}/#`] });
  const page = { feed, liveAt: undefined };
  feed.state.subscribe(({ phase }) => {
    if (phase === 'live') page.liveAt ??= now();
    else page.liveAt = undefined;
  });
  feed.batches.subscribe((batch) => {
    if (!ages || batch.kind !== 'readings' || page.liveAt === undefined) return;
    const readAt = now();
    for (const { at, value } of batch.readings) {
      const sentAt = at + value / 100;
      // What it has missed while it was away is as old as that; what was sent since it is back says how the gateway does.
      if (sentAt > page.liveAt) ages.push(readAt - sentAt);
    }
  });
  pages.push(page);
}

const live = () => pages.filter(({ liveAt }) => liveAt !== undefined);

const words = {
  now: () => ({ at: now() }),
  measure: () => {
    ages = [];
    attempts = [];
  },
  ages: () => {
    const sorted = Float64Array.from(ages).sort();
    ages = undefined;
    return { p99: sorted[Math.floor(sorted.length * 0.99)] };
  },
  cut: () => {
    attempts = [];
    for (const socket of sockets) socket.terminate();
    for (const page of pages) page.liveAt = undefined;
    return { at: now() };
  },
};

async function openAll(count) {
  for (let i = 0; i < count; i++) {
    open(i);
    while (i % AT_ONCE === AT_ONCE - 1 && live().length <= i) await pause(STEP_MS);
  }
  while (live().length < count) await pause(STEP_MS);
}

/** Waits until all are live again. */
async function untilLive(longestMs) {
  const until = now() + longestMs;
  while (live().length < pages.length && now() < until) await pause(STEP_MS);
  const times = live()
    .map(({ liveAt }) => liveAt)
    .sort((a, b) => a - b);
  const all = times.length === pages.length;
  const seconds = Map.groupBy(attempts, (at) => Math.floor(at / 1000));
  let lost = 0;
  for (const { feed } of pages) for (const entry of feed.ledger().values()) lost += entry.lost;
  return {
    allAt: all ? times.at(-1) : undefined,
    halfAt: times[pages.length >> 1],
    attempts: attempts.length,
    mostInASecond: Math.max(0, ...[...seconds.values()].map(({ length }) => length)),
    lost,
  };
}

process.on('message', async (word) => {
  if (word.connect) await openAll(word.connect);
  const answer = word.connect ? undefined : word.untilLive ? await untilLive(word.untilLive) : words[word]();
  process.send(answer ?? 'done');
});
process.once('disconnect', () => process.exit());
process.send('ready');
