import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { cbor as decoder } from '../../../dist/sdk/telewire-cbor.js';
import { end, OTHER_CORE, startOn } from '../rig/machine.mjs';
import { withServer } from '../rig/run.mjs';
import { figure, goal, table } from '../rig/table.mjs';

const SECONDS = 10;
const WARM_MS = 3_000;
const SIMULATOR = join(import.meta.dirname, '../../../dist/apps/simulator/src/main.js');
const KINDS = {
  numbers: ['icu/+/hr', 'icu/+/rr', 'icu/+/spo2', 'icu/+/temp', 'a9/#'],
  waves: ['icu/+/ecg-ii', 'icu/+/pleth', 'icu/+/resp'],
};
const GOALS = { numbers: 1 / 2, waves: 1 / 3 };

/** Bytes of the same frames as JSON and as CBOR, on WebSocket, of what the simulator says: numbers, and waves. */
export async function formats({ servers }) {
  if (!servers.includes('telewire')) return [];
  const seen = await withServer('telewire', {}, async ({ server, brokerPort }) => {
    const simulator = startOn(OTHER_CORE, process.execPath, [SIMULATOR], {
      stdio: 'ignore',
      env: { MQTT_URL: `mqtt://127.0.0.1:${brokerPort}` },
    });
    await pause(WARM_MS);
    const each = Object.keys(KINDS).map(async (kind) => [kind, await bothFormats(server.port, KINDS[kind])]);
    const all = Object.fromEntries(await Promise.all(each));
    await end(simulator);
    return all;
  });
  const rows = Object.entries(seen).map(([kind, { json, cbor, ratio }]) => [
    kind,
    figure(json),
    figure(cbor),
    figure(ratio),
  ]);
  console.log(table(['', 'JSON bytes a reading', 'CBOR bytes a reading', 'ratio'], rows));
  return Object.entries(seen).map(([kind, { ratio }]) => goal(`CBOR by JSON, ${kind}`, ratio, GOALS[kind]));
}

async function bothFormats(port, filters) {
  const [json, cbor] = await Promise.all([
    bytesEach(port, filters, 'json', (data) => JSON.parse(data)),
    bytesEach(port, filters, 'cbor', (data) => decoder.frame(data)),
  ]);
  return { json, cbor, ratio: cbor / json };
}

/** Bytes of a reading in `readings` frames of ten seconds. */
async function bytesEach(port, filters, format, decode) {
  const query = filters.map((filter) => `filter=${encodeURIComponent(filter)}`).join('&');
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/socket?${query}`, [`telewire.${format}`]);
  let bytes = 0;
  let rows = 0;
  socket.on('message', (data) => {
    const frame = decode(data);
    if (frame.type !== 'readings') return;
    bytes += data.length;
    rows += frame.rows.length;
  });
  await once(socket, 'open');
  await pause(SECONDS * 1000);
  socket.terminate();
  return bytes / rows;
}
