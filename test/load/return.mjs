// Two thousand clients of the SDK lose the gateway and come back: how long until all are live, how old readings become for those
// that are live already, and how often they try.
// npm run bench -- return [--clients 2000] [--readings 40] [--witnesses 50] [--losses killed,cut]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { argumentsOf } from './rig/arguments.mjs';
import { startMosquitto } from './rig/broker.mjs';
import './rig/clock.mjs';
import { ask, end, forkOn, freePort, machine, OTHER_CORE, stayOffServerCore } from './rig/machine.mjs';
import { figure, table } from './rig/table.mjs';
import { start } from './servers/telewire.mjs';

const DEVICES = 10;
const SERIES = 80;
const BEFORE_MS = 8_000;
const AWAY_MS = 2_000;
const LONGEST_MS = 60_000;

const chosen = argumentsOf('npm run bench -- return [--clients 2000] …: see test/load/return.mjs', {
  clients: 2_000,
  readings: 40,
  witnesses: 50,
  losses: ['killed', 'cut'],
});

stayOffServerCore();
console.log(
  `${machine()}; ${chosen.clients} clients on WebSocket, of which each has a tenth of ${chosen.readings} readings/s`,
);
const rows = [];
for (const loss of chosen.losses) rows.push(await lose(loss));
console.log(
  table(
    [
      'loss',
      'all live after s',
      'half after s',
      'attempts',
      'most in a second',
      'p99 ms before',
      'p99 ms of those live meanwhile',
      'lost',
    ],
    rows,
  ),
);
process.exit(rows.some((row) => row.at(-1) !== 0) ? 1 : 0);

/** `killed`: kill -9, and started again two seconds later; `cut`: their connections alone, while others stay. */
async function lose(loss) {
  const folder = mkdtempSync(join(tmpdir(), 'telewire-return-'));
  const broker = await startMosquitto(OTHER_CORE);
  const port = await freePort();
  const settings = { PORT: String(port), DATA_DIR: folder, MQTT_CLIENT_ID: 'bench' };
  let server = await start({ brokerUrl: broker.url, settings });
  const children = [];
  const fork = async (file, args) => {
    const { child } = await forkOn(OTHER_CORE, join(import.meta.dirname, file), args);
    children.push(child);
    return child;
  };
  try {
    const pages = await fork('return/pages.mjs', [port, DEVICES]);
    const witnesses = await fork('rig/clients.mjs', [
      'telewire',
      'websocket',
      port,
      1,
      chosen.readings * chosen.witnesses,
    ]);
    await ask(pages, { connect: chosen.clients });
    if (loss === 'cut') await ask(witnesses, { connect: chosen.witnesses });
    const publisher = await fork('rig/publisher.mjs', [broker.port, chosen.readings, 1, SERIES]);
    await ask(publisher, 'start');
    await pause(BEFORE_MS / 2);
    await ask(pages, 'measure');
    await pause(BEFORE_MS / 2);
    const before = await ask(pages, 'ages');

    let thereAgainAt;
    await ask(witnesses, 'measure');
    if (loss === 'cut') thereAgainAt = (await ask(pages, 'cut')).at;
    else {
      await ask(pages, 'measure');
      await end(server.child, 'SIGKILL');
      await pause(AWAY_MS);
      server = await start({ brokerUrl: broker.url, settings });
      thereAgainAt = (await ask(pages, 'now')).at;
    }
    const back = await ask(pages, { untilLive: LONGEST_MS });
    const others = loss === 'cut' ? await ask(witnesses, 'ages') : await ask(pages, 'ages');
    const after = (at) => (at === undefined ? 'not all' : figure(Math.max(0, at - thereAgainAt) / 1000));
    return [
      loss,
      after(back.allAt),
      after(back.halfAt),
      back.attempts,
      back.mostInASecond,
      figure(before.p99),
      figure(others.p99),
      back.lost,
    ];
  } finally {
    for (const child of children) await end(child, 'SIGKILL');
    await server.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
