// What the ward costs a real Chromium without a GPU: script a frame, frames dropped, and whether the heap grows.
// npm run bench -- page [--beds 8,32,100] [--seconds 15] [--heap 60,600] [--width 1920] [--height 1080]
// The heap is measured so many seconds after the page was opened: `--heap 10,40` is a quick look.
/* global document, innerHeight, requestAnimationFrame -- what runs in the page */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openBrowser } from '../support/browser.ts';
import { argumentsOf } from './rig/arguments.mjs';
import { startMosquitto } from './rig/broker.mjs';
import { end, machine, SERVER_CORE, startOn, stayOffServerCore } from './rig/machine.mjs';
import { figure, goal, percent, table } from './rig/table.mjs';
import { start } from './servers/telewire.mjs';

const SIMULATOR = join(import.meta.dirname, '../../dist/apps/simulator/src/main.js');
const FRAME_MS = 1000 / 60;
const GOAL_BEDS = 32;
const GOAL_MS = 4;
// What a heap may grow by and still count as flat: buffers fill, and code is compiled.
const FLAT = 1.1;

const chosen = argumentsOf('npm run bench -- page [--beds 8,32,100] …: see test/load/page.mjs', {
  beds: [8, 32, 100],
  seconds: 15,
  heap: [60, 600],
  width: 1920,
  height: 1080,
});

stayOffServerCore();
console.log(
  `${machine()}; ${chosen.width} × ${chosen.height}, no GPU: what a GPU would draw is drawn on the browser's one core as well`,
);
const rows = [];
const goals = [];
for (const beds of chosen.beds) {
  const seen = await watch(beds);
  const [first, last] = seen.heaps;
  rows.push([
    beds,
    seen.visible,
    figure(seen.scriptMs),
    figure(seen.taskMs),
    figure(seen.framesHz),
    percent(seen.dropped),
    ...seen.heaps.map(figure),
  ]);
  console.error(rows.at(-1).join('  '));
  if (beds === GOAL_BEDS) goals.push(goal(`${beds} beds, script a frame`, seen.scriptMs, GOAL_MS, ' ms'));
  goals.push(goal(`${beds} beds, heap at the end by heap at first`, last / first, FLAT));
}
console.log(
  table(
    [
      'beds',
      'in view',
      'script ms a frame',
      'main thread ms a frame',
      'frames/s',
      'dropped',
      ...chosen.heap.map((seconds) => `heap MB after ${seconds} s`),
    ],
    rows,
  ),
);
console.log(`\n${goals.map((each) => `- ${each}`).join('\n')}`);

/** Opens the ward with so many beds, and leaves it open as long as the heap is to be watched. */
async function watch(beds) {
  const broker = await startMosquitto(SERVER_CORE);
  const server = await start({ brokerUrl: broker.url, settings: { LAB: 'off' } });
  const simulator = startOn(SERVER_CORE, process.execPath, [SIMULATOR, '--beds', String(beds), '--stations', '0'], {
    stdio: 'ignore',
    env: { MQTT_URL: broker.url },
  });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: chosen.width, height: chosen.height } });
    await page.goto(`http://127.0.0.1:${server.port}/`);
    const openedAt = performance.now();
    await page.waitForFunction((count) => document.querySelectorAll('tw-bed canvas').length >= count, beds);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    const heaps = [];
    let frames;
    for (const seconds of chosen.heap) {
      // The frames are those of the time before the first look, when the page has settled.
      const left = () => seconds * 1000 - (performance.now() - openedAt);
      await pause(Math.max(0, left() - (frames ? 0 : chosen.seconds * 1000)));
      frames ??= await framesOf(page, devtools);
      await devtools.send('HeapProfiler.collectGarbage');
      heaps.push((await devtools.send('Runtime.getHeapUsage')).usedSize / 2 ** 20);
    }
    const visible = await page.evaluate(
      () =>
        [...document.querySelectorAll('tw-bed')].filter((bed) => {
          const { top, bottom } = bed.getBoundingClientRect();
          return bottom > 0 && top < innerHeight;
        }).length,
    );
    return { ...frames, heaps, visible };
  } finally {
    await browser.close();
    await end(simulator);
    await server.stop();
    await broker.stop();
  }
}

/** Script and main thread a frame, frames a second, and the part of those that a display of 60 Hz would have shown and did not. */
async function framesOf(page, devtools) {
  const before = await metricsOf(devtools);
  const { frames, elapsed } = await page.evaluate(countFrames, chosen.seconds * 1000);
  const after = await metricsOf(devtools);
  const msOf = (name) => ((after[name] - before[name]) * 1000) / frames;
  return {
    scriptMs: msOf('ScriptDuration'),
    taskMs: msOf('TaskDuration'),
    framesHz: (frames * 1000) / elapsed,
    dropped: Math.max(0, 1 - frames / (elapsed / FRAME_MS)),
  };
}

/** In the page: how many frames there are in so many milliseconds. */
function countFrames(forMs) {
  return new Promise((resolve) => {
    let frames = 0;
    let startedAt;
    const frame = (at) => {
      startedAt ??= at;
      if (at - startedAt >= forMs) return resolve({ frames, elapsed: at - startedAt });
      frames++;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

async function metricsOf(devtools) {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}
