// How much longer the event loop is held up when the journal is kept on disk: while it trims and checkpoints all the time,
// against a journal in memory alone. Pairs, one after the other, each journal in a process of its own.
// npm run bench -- stalls [pairs] [seconds] [megabytes of the journal]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHistogram, monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import { asyncScheduler, Subject } from 'rxjs';
import { median, percent } from './rig/table.mjs';

const PAIRS = Number(process.argv[2] ?? 5);
const SECONDS = Number(process.argv[3] ?? 20);
const MEGABYTES = Number(process.argv[4] ?? 2);
const READINGS_HZ = 5_000;
const PACK = 10;
const DEVICES = 20;
const PACE_MS = 2;
const RESOLUTION_MS = 1;
const IDLE_MS = 5_000;
const WARM_MS = 3_000;
// One reading in so many is a block of a waveform.
const BLOCK_EVERY = 50;
const BLOCK = { periodMs: 4, values: Array.from({ length: 100 }, (_, i) => Math.sin(i)) };
// Who listens: a wall that wants everything, a screen for some devices each, one that wants the newest now and then.
const SUBSCRIPTIONS = [
  { filters: ['load/#'], policy: 'every', maxHz: 10 },
  ...Array.from({ length: 5 }, (_, i) => ({ filters: [`load/d${i}/#`], policy: 'every', maxHz: 30 })),
  { filters: ['load/+/x1', 'load/+/x2'], policy: 'latest', maxHz: 2 },
];
const READERS_EACH = 3;

if (process.send) process.send(await measured(process.argv[5]));
else await compare();

async function compare() {
  console.log(
    `${PAIRS} pairs of ${SECONDS} s, ${READINGS_HZ} readings/s in packs of ${PACK}, a journal of ${MEGABYTES} MB`,
  );
  console.log('milliseconds that the event loop came late, 99th percentile and worst (of the same process when idle):');
  const pairs = [];
  for (let i = 0; i < PAIRS; i++) {
    const pair = {};
    // Each is the first in every other pair: what else the machine does favours neither.
    for (const where of i % 2 ? ['disk', 'memory'] : ['memory', 'disk']) pair[where] = await inProcess(where);
    console.log(`  ${i + 1}. memory ${lateness(pair.memory)}; disk ${lateness(pair.disk)}`);
    pairs.push(pair);
  }
  const of = (what) => ({
    memory: median(pairs.map(({ memory }) => what(memory))),
    disk: median(pairs.map(({ disk }) => what(disk))),
    ratios: pairs.map(({ memory, disk }) => what(disk) / what(memory)),
  });
  console.log('medians, in memory and on disk, and the ratio of a pair (median, from least to most):');
  for (const [name, what] of [
    ['event loop late, p99', ({ late }) => late.p99],
    ['event loop late, worst', ({ late }) => late.worst],
    ['when idle, p99', ({ idle }) => idle.p99],
    ['when idle, worst', ({ idle }) => idle.worst],
    ['collections, worst', ({ collection }) => collection],
    ['frames late for their pace, worst', ({ silence }) => silence],
    ['acknowledged after, p99', ({ acknowledged }) => acknowledged.p99],
    ['acknowledged after, worst', ({ acknowledged }) => acknowledged.worst],
  ]) {
    const { memory, disk, ratios } = of(what);
    console.log(`  ${name}: ${ms(memory)}, ${ms(disk)} ms; ${spread(ratios)}`);
  }
  const busy = of(({ utilization }) => utilization);
  console.log(`  event loop busy: ${percent(busy.memory)}, ${percent(busy.disk)}; ${spread(busy.ratios)}`);
  for (const where of ['memory', 'disk']) {
    const each = (what) => Math.round(median(pairs.map((pair) => what(pair[where]))));
    const file = each(({ fileBytes }) => fileBytes / 1e6);
    const seen =
      where === 'disk'
        ? `, ${each(({ checkpoints }) => checkpoints)} checkpoints, a file of ${file} MB at the end`
        : '';
    console.log(
      `${where}: ${each(({ rate }) => rate)} readings/s in ${each(({ commits }) => commits)} commits/s, ` +
        `${each(({ trimmed }) => trimmed / 1e6)} MB trimmed${seen}, ${each(({ frames }) => frames)} frames/s taken`,
    );
  }
}

async function inProcess(where) {
  const child = fork(import.meta.filename, [PAIRS, SECONDS, MEGABYTES, where].map(String));
  let result;
  child.on('message', (message) => (result = message));
  const [code] = await once(child, 'exit');
  if (!result) throw new Error(`the measured process ended with ${code}`);
  return result;
}

/** One journal with its readers: idle first, then under way until it trims, then measured. */
async function measured(where) {
  const folder = mkdtempSync(join(tmpdir(), 'telewire-'));
  try {
    const journal = await opened(where, folder);
    const delivery = await deliver(journal);
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delay.enable();
    await pause(1_000);
    delay.reset();
    await pause(IDLE_MS);
    const idle = latenessOf(delay);

    const load = publish(journal);
    while (journal.tails.values === 0) await pause(100);
    await pause(WARM_MS);
    let collection = 0;
    const collections = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) collection = Math.max(collection, duration);
    });
    collections.observe({ entryTypes: ['gc'] });
    const before = { ...load.counts(), checkpoints: checkpointsOf(folder), used: performance.eventLoopUtilization() };
    delivery.reset();
    load.acknowledged.reset();
    delay.reset();
    await pause(SECONDS * 1000);
    const late = latenessOf(delay);
    const after = load.counts();
    const seconds = (after.at - before.at) / 1000;
    const { utilization } = performance.eventLoopUtilization(before.used);
    const { frames, silence } = delivery.seen();
    const checkpoints = checkpointsOf(folder) - before.checkpoints;
    const { entries, bytes } = journal.sizeOf('values');
    load.stop();
    collections.disconnect();
    delivery.stop();
    await journal.close();
    return {
      idle,
      late,
      utilization,
      collection,
      silence,
      acknowledged: { p99: load.acknowledged.percentile(99) / 1e6, worst: load.acknowledged.max / 1e6 },
      rate: (after.readings - before.readings) / seconds,
      commits: (after.commits - before.commits) / seconds,
      trimmed: ((after.tail - before.tail) * bytes) / entries,
      frames: frames / seconds,
      checkpoints,
      fileBytes: where === 'disk' ? statSync(join(folder, 'journal.sqlite')).size : 0,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function opened(where, folder) {
  const options = { maxBytes: MEGABYTES * 1e6 };
  const part = (name) => import(`../../dist/apps/gateway/src/journal/${name}.js`);
  const [{ MemoryJournal }, { DurableJournal }, { WorkerStore }] = await Promise.all(
    ['memory-journal', 'durable-journal', 'worker-store'].map(part),
  );
  if (where === 'memory') return new MemoryJournal(options);
  const { journal } = await DurableJournal.open(new WorkerStore(folder), options);
  return journal;
}

/** Appends packs at a steady rate, as the ingest does; what a stall held up comes at once after it. */
function publish(journal) {
  const acknowledged = createHistogram();
  let readings = 0;
  let commits = 0;
  const startedAt = performance.now();
  const counter = journal.committed.subscribe(() => commits++);
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1000) * READINGS_HZ;
    for (; readings < due; readings += PACK) {
      const from = performance.now();
      void journal
        .append(packAt(readings))
        .then(() => acknowledged.record(Math.ceil((performance.now() - from) * 1e6)));
    }
  }, PACE_MS);
  return {
    acknowledged,
    counts: () => ({ readings, commits, tail: journal.tails.values, at: performance.now() }),
    stop: () => {
      clearInterval(timer);
      counter.unsubscribe();
    },
  };
}

function packAt(first) {
  const device = (first / PACK) % DEVICES;
  const receivedAt = Date.now();
  return Array.from({ length: PACK }, (_, i) => ({
    series: `load/d${device}/x${i}`,
    at: receivedAt,
    receivedAt,
    value: (first + i) % BLOCK_EVERY === 0 ? BLOCK : first + i,
    quality: 'good',
    identified: true,
  }));
}

/** Readers of a hub, each on a wire that has room again in the next turn. */
async function deliver(journal) {
  const { Hub } = await import('../../dist/apps/gateway/src/hub/hub.js');
  const { jsonWriter } = await import('../../dist/libs/protocol/src/index.js');
  const hub = new Hub(journal, asyncScheduler, {
    heartbeatMs: 5_000,
    reconnectSpreadMs: 2_000,
    waveformAmong: () => undefined,
  });
  let frames = 0;
  let silence = 0;
  let startedAt = 0;
  const last = [];
  const streams = SUBSCRIPTIONS.flatMap((each) => Array.from({ length: READERS_EACH }, () => each)).map((each, i) => {
    const reader = hub.open(jsonWriter);
    reader.subscribe(undefined, each);
    const room = new Subject();
    const stream = reader.frames(room).subscribe(() => {
      const now = performance.now();
      frames++;
      // Longer than the pace asks for; of what changes all the time.
      if (each.policy === 'every' && last[i] > startedAt)
        silence = Math.max(silence, now - last[i] - 1000 / each.maxHz);
      last[i] = now;
      setImmediate(() => room.next());
    });
    room.next();
    return stream;
  });
  return {
    reset: () => {
      frames = silence = 0;
      startedAt = performance.now();
    },
    seen: () => ({ frames, silence }),
    stop: () => {
      for (const stream of streams) stream.unsubscribe();
      hub.close();
    },
  };
}

/** How often the log has begun again: each time it was checkpointed as a whole. sqlite.org/fileformat2.html#walformat */
function checkpointsOf(folder) {
  const log = join(folder, 'journal.sqlite-wal');
  if (!existsSync(log)) return 0;
  return readFileSync(log).readUInt32BE(12);
}

// What the timer of the measurement takes by itself is no delay.
function latenessOf(delay) {
  return { p99: delay.percentile(99) / 1e6 - RESOLUTION_MS, worst: delay.max / 1e6 - RESOLUTION_MS };
}

function ms(value) {
  return value.toFixed(value < 10 ? 2 : 1);
}

function lateness({ late, idle }) {
  return `${ms(late.p99)} and ${ms(late.worst)} (${ms(idle.p99)} and ${ms(idle.worst)})`;
}

function spread(ratios) {
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`;
}
