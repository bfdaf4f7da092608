// Two thousand clients of the SDK lose the gateway and come back: how often they try, how long until all are live, how old readings
// become for those that are live already, and that nobody misses or repeats any. Ends with 1 where somebody does or is not back,
// or where more try within a second than the gateway's word allows, and what a stall of their own process has held up besides.
// npm run bench -- return [--clients 2000] [--readings 20] [--witnesses 50] [--losses killed,cut] [--away 8] [--spread 4000]
//   [--transport auto]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { argumentsOf } from './rig/arguments.mjs';
import { startMosquitto } from './rig/broker.mjs';
import { now } from './rig/clock.mjs';
import { ask, cpuMicrosecondsOf, end, forkOn, freePort } from './rig/machine.mjs';
import { machine, OTHER_CORE, stayOffServerCore } from './rig/machine.mjs';
import { figure, table } from './rig/table.mjs';
import { start } from './servers/telewire.mjs';

const DEVICES = 10;
const SERIES = 80;
const BEFORE_MS = 8_000;
const LONGEST_MS = 60_000;
// A draw is a draw: so many times the mean may come in one second.
const SLACK = 1.5;

const chosen = argumentsOf('npm run bench -- return [--clients 2000] …: see test/load/return.mjs', {
  clients: 2_000,
  readings: 20,
  witnesses: 50,
  losses: ['killed', 'cut'],
  away: 8,
  spread: 4_000,
  transport: 'auto',
});
const MEAN_HZ = chosen.clients / (chosen.spread / 1000);

stayOffServerCore();
console.log(
  `${machine()}; ${chosen.clients} clients on ${chosen.transport}, of which each has a tenth of ${chosen.readings} readings/s; ` +
    `RECONNECT_SPREAD_MS=${chosen.spread}; killed: and started again ${chosen.away} s later`,
);
const results = [];
for (const loss of chosen.losses) results.push(await lose(loss));
console.log(
  table(
    [
      'loss',
      'half live after s',
      'all after s',
      'attempts',
      'not by WebSocket',
      'most in a second',
      'allowed',
      'p99 ms before',
      'p99 ms of those live meanwhile',
      'gateway CPU s',
      'gaps and repeats',
    ],
    results.map(({ row }) => row),
  ),
);
process.exit(results.every(({ kept }) => kept) ? 0 : 1);

/** `killed`: kill -9, and started again after a while; `cut`: their connections alone, while the witnesses stay. */
async function lose(loss) {
  const folder = mkdtempSync(join(tmpdir(), 'telewire-return-'));
  const broker = await startMosquitto(OTHER_CORE);
  const port = await freePort();
  const settings = {
    PORT: String(port),
    DATA_DIR: folder,
    MQTT_CLIENT_ID: 'bench',
    RECONNECT_SPREAD_MS: String(chosen.spread),
  };
  let server = await start({ brokerUrl: broker.url, settings });
  const children = [];
  const fork = async (file, args) => {
    const { child } = await forkOn(OTHER_CORE, join(import.meta.dirname, file), args);
    children.push(child);
    return child;
  };
  try {
    const pages = await fork('return/pages.mjs', [port, DEVICES, chosen.transport]);
    const seen = chosen.readings * chosen.witnesses;
    const witnesses = await fork('rig/clients.mjs', ['telewire', 'websocket', port, 1, seen]);
    await ask(pages, { connect: chosen.clients });
    await ask(witnesses, { connect: chosen.witnesses });
    const publisher = await fork('rig/publisher.mjs', [broker.port, chosen.readings, 1, SERIES]);
    await ask(publisher, 'start');
    await pause(BEFORE_MS / 2);
    await ask(witnesses, 'measure');
    await pause(BEFORE_MS / 2);
    const before = await ask(witnesses, 'ages');

    await ask(pages, 'count');
    if (loss === 'cut') await ask(pages, 'cut');
    else {
      await end(server.child, 'SIGKILL');
      await pause(chosen.away * 1000);
      server = await start({ brokerUrl: broker.url, settings });
      await ask(witnesses, { connect: chosen.witnesses });
    }
    const thereAgainAt = now();
    const usedBefore = cpuMicrosecondsOf(server.pids);
    await ask(witnesses, 'measure');
    const back = await ask(pages, { untilLive: LONGEST_MS });
    const used = cpuMicrosecondsOf(server.pids) - usedBefore;
    const meanwhile = await ask(witnesses, 'ages');
    const allowed = Math.round(MEAN_HZ * (SLACK + back.stallMs / 1000));
    const after = (at) => (at === undefined ? 'not all' : figure(Math.max(0, at - thereAgainAt) / 1000));
    return {
      row: [
        loss,
        after(back.halfAt),
        after(back.allAt),
        back.attempts,
        back.otherAttempts,
        back.mostInASecond,
        allowed,
        figure(before.p99),
        figure(meanwhile.p99),
        figure(used / 1e6),
        back.faults,
      ],
      kept: back.allAt !== undefined && back.faults === 0 && back.mostInASecond <= allowed,
    };
  } finally {
    for (const child of children) await end(child, 'SIGKILL');
    await server.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
