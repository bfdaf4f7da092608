import { run } from '../rig/run.mjs';
import { figure, goal, table } from '../rig/table.mjs';
import { PACKS } from './deliver.mjs';

const GOALS = { w2: 20, w1: 5 };
const READINGS_HZ = 5_000;

/** What it costs to take a reading in and keep it, with nobody there to see it. */
export async function ingest({ servers, loads, series, seconds, warm, options }) {
  if (!servers.includes('telewire')) return [];
  const rows = [];
  const goals = [];
  for (const load of loads) {
    const result = await run(
      'telewire',
      { transport: 'websocket', clients: 0, readingsHz: READINGS_HZ, pack: PACKS[load], series, seconds, warm },
      options,
    );
    const us = result.cpuUs / result.published;
    rows.push([load.toUpperCase(), `${READINGS_HZ}/s`, figure(us)]);
    goals.push(goal(`${load.toUpperCase()}, ingest of a reading`, us, GOALS[load], ' µs'));
  }
  console.log(table(['load', 'readings', 'CPU µs a reading taken in'], rows));
  return goals;
}
