import { run } from '../rig/run.mjs';
import { figure, goal, percent, table } from '../rig/table.mjs';
import { servers } from '../servers/index.mjs';

/** Readings in a message, by load: packs of eight, or one reading a message. */
export const PACKS = { w1: 8, w2: 1 };

// Microseconds of the server for each delivered reading at 100 clients on WebSocket, and the part of Nchan's.
const GOALS = {
  'w2 5000': { us: 0.25, nchan: 1 / 7, p99: 25 },
  'w1 5000': { us: 0.12, nchan: 1 / 3, p99: 25 },
  'w2 500': { us: 1.8 },
  'w1 500': { us: 1.3 },
  'w2 20': { p99: 5 },
  'w1 20': { p99: 5 },
};

// A server that waits for its core for more than this part of the time shares it with something that does not belong here.
const SHARED = 0.1;

/** Cost, age and loss of each server under each load; each next to the others, so that what else the machine does hits all alike. */
export async function deliver({ servers: names, loads, rates, clients, transports, series, seconds, warm, options }) {
  const rows = [];
  const found = new Map();
  for (const transport of transports)
    for (const load of loads)
      for (const count of clients)
        for (const rate of rates)
          for (const name of names) {
            if (!servers[name].speeches[transport]) continue;
            const pack = PACKS[load];
            const result = await run(
              name,
              { transport, clients: count, readingsHz: rate, pack, series, seconds, warm },
              options,
            );
            const us = result.cpuUs / result.delivered;
            found.set([transport, load, count, rate, name].join(' '), { ...result, us });
            rows.push([
              `${load.toUpperCase()} ${rate}/s × ${count}`,
              transport,
              name,
              figure(us),
              `${figure(result.p50)} / ${figure(result.p99)}`,
              figure(result.bytes / result.delivered),
              percent(Math.max(0, result.loss)),
              percent(result.busy),
              percent(result.loadBusy),
              remark(result),
            ]);
            console.error(rows.at(-1).join('  '));
          }
  console.log(
    table(
      ['load', 'transport', 'server', 'CPU µs', 'age p50 / p99 ms', 'bytes', 'lost', 'server core', 'load core', ''],
      rows,
    ),
  );
  return goalsOf(found);
}

/** Says when the figures are not those of the load that was asked for. */
function remark({ keptUp, onTime, loss, loadBusy, waited }) {
  return [
    waited > SHARED ? `waits ${percent(waited)}` : '',
    keptUp ? '' : 'does not keep up',
    onTime ? '' : 'publisher held up',
    loss > 0.0001 ? 'loses' : '',
    loadBusy > 0.9 ? 'load core full' : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function goalsOf(found) {
  return Object.entries(GOALS).flatMap(([key, { us, nchan, p99 }]) => {
    const [load, rate] = key.split(' ');
    const of = (name) => found.get(`websocket ${load} 100 ${rate} ${name}`);
    const [ours, theirs] = [of('telewire'), of('nchan')];
    if (!ours) return [];
    const what = `${load.toUpperCase()} ${rate}/s × 100`;
    return [
      us && goal(`${what}, CPU a delivered reading`, ours.us, us, ' µs'),
      nchan && theirs && goal(`${what}, part of Nchan's CPU`, ours.us / theirs.us, nchan),
      p99 && goal(`${what}, age p99`, ours.p99, p99, ' ms'),
      goal(`${what}, lost`, Math.max(0, ours.loss), 0),
    ].filter(Boolean);
  });
}
