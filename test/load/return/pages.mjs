// A process of clients as pages have them: the SDK, each with the readings of one device.
// Arguments: port of the gateway, devices, transport.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { connect } from '../../../dist/sdk/telewire.js';
import { now } from '../rig/clock.mjs';

const [port, devices] = process.argv.slice(2).map(Number);
const transport = process.argv[4];
const AT_ONCE = 100;
const STEP_MS = 10;

const pages = [];
const sockets = new Set();
/** When a connection was tried, in epoch milliseconds. */
let attempts = [];
let otherAttempts = 0;
/** How late this process comes, which then does at once what it should have done meanwhile. */
const delay = monitorEventLoopDelay({ resolution: 10 });
/** Gaps, and readings that came again or before their turn. */
let faults = 0;

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

/** One for each client: a question that follows an answer is none of them. */
const countedFetch = () => {
  let answered = false;
  return async (...args) => {
    if (!answered) {
      attempts.push(now());
      otherAttempts++;
    }
    answered = false;
    const response = await fetch(...args);
    // A stream is asked for once, and again when it has ended.
    answered = response.headers.has('content-length');
    return response;
  };
};

function open(i) {
  const client = connect({ url: `http://127.0.0.1:${port}`, WebSocket: CountedSocket, fetch: countedFetch() });
  const feed = client.feed({ filters: [`load/d${i % devices}/#`], transport, onSlow: 'lag' });
  const page = { feed, liveAt: undefined };
  const lastOf = new Map();
  feed.state.subscribe(({ phase }) => {
    if (phase === 'live') page.liveAt ??= now();
    else page.liveAt = undefined;
  });
  feed.batches.subscribe((batch) => {
    if (batch.kind === 'gap') faults++;
    if (batch.kind !== 'readings') return;
    for (const { series, at, value } of batch.readings) {
      const sentAt = at + value / 100;
      if (sentAt <= lastOf.get(series)) faults++;
      lastOf.set(series, sentAt);
    }
  });
  pages.push(page);
}

const live = () => pages.filter(({ liveAt }) => liveAt !== undefined);

const words = {
  count: () => {
    attempts = [];
    otherAttempts = 0;
    delay.reset();
    delay.enable();
  },
  cut: () => {
    for (const socket of sockets) socket.terminate();
    for (const page of pages) page.liveAt = undefined;
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
  let lost = 0;
  for (const { feed } of pages) for (const entry of feed.ledger().values()) lost += entry.lost;
  return {
    allAt: times.length === pages.length ? times.at(-1) : undefined,
    halfAt: times[pages.length >> 1],
    attempts: attempts.length,
    mostInASecond: mostInASecond(attempts),
    otherAttempts,
    stallMs: delay.max / 1e6,
    faults: faults + lost,
  };
}

/** The most that lie within one second, whenever that begins. */
function mostInASecond(sorted) {
  let most = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while (sorted[last] - sorted[first] >= 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

process.on('message', async (word) => {
  if (word.connect) await openAll(word.connect);
  const answer = word.connect ? undefined : word.untilLive ? await untilLive(word.untilLive) : words[word]();
  process.send(answer ?? 'done');
});
process.once('disconnect', () => process.exit());
process.send('ready');
