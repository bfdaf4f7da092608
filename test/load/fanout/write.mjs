import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, cpuMicrosecondsOf, end, forkOn, OTHER_CORE, SERVER_CORE } from '../rig/machine.mjs';
import { run } from '../rig/run.mjs';
import { figure, goal, table } from '../rig/table.mjs';

const CLIENTS = 100;
const READINGS_HZ = 5_000;
const MOST = 1.25;

if (process.argv[1] === import.meta.filename) {
  if (process.argv[2] === 'write') await writeRaw(Number(process.argv[3]), Number(process.argv[4]));
  else await readRaw(Number(process.argv[3]));
}

/** What a frame costs for each client, as a ratio to the same bytes written as often to as many bare sockets. */
export async function write({ servers, series, seconds, warm }) {
  if (!servers.includes('telewire')) return [];
  const load = { transport: 'websocket', readingsHz: READINGS_HZ, pack: 1, series, seconds, warm };
  const alone = await run('telewire', { ...load, clients: 0 });
  const all = await run('telewire', { ...load, clients: CLIENTS });
  const ours = (all.cpuUs / all.elapsed - alone.cpuUs / alone.elapsed) / (all.frames / all.elapsed);
  const bytes = Math.round(all.bytes / all.frames);
  const framesHz = all.frames / all.elapsed / CLIENTS;
  const raw = await rawWrite(bytes, framesHz, seconds);
  console.log(
    table(
      ['a frame to one client', 'bytes', 'frames/s × clients', 'CPU µs'],
      [
        ['gateway, WebSocket, without ingest', bytes, `${figure(framesHz)} × ${CLIENTS}`, figure(ours)],
        ['socket.write of the same bytes', bytes, `${figure(framesHz)} × ${CLIENTS}`, figure(raw)],
      ],
    ),
  );
  return [goal('a frame to a client, by a bare write', ours / raw, MOST)];
}

async function rawWrite(bytes, framesHz, seconds) {
  const { child: writer, ready: port } = await forkOn(SERVER_CORE, import.meta.filename, ['write', bytes, framesHz]);
  const { child: reader } = await forkOn(OTHER_CORE, import.meta.filename, ['read', port]);
  await pause(1_000);
  const before = { writes: await ask(writer, 'count'), cpu: cpuMicrosecondsOf([writer.pid]) };
  await pause(seconds * 1000);
  const after = { writes: await ask(writer, 'count'), cpu: cpuMicrosecondsOf([writer.pid]) };
  await Promise.all([end(writer, 'SIGKILL'), end(reader, 'SIGKILL')]);
  return (after.cpu - before.cpu) / (after.writes - before.writes);
}

/** Writes one buffer to all sockets, so often a second. */
async function writeRaw(bytes, framesHz) {
  const frame = Buffer.alloc(bytes, 'x');
  const sockets = [];
  let writes = 0;
  const server = createServer({ noDelay: true }, (socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const startedAt = performance.now();
  let rounds = 0;
  setInterval(() => {
    for (const due = ((performance.now() - startedAt) / 1000) * framesHz; rounds < due; rounds++)
      for (const socket of sockets) {
        socket.write(frame);
        writes++;
      }
  }, 1000 / framesHz);
  process.on('message', () => process.send(writes));
  process.once('disconnect', () => process.exit());
  process.send(server.address().port);
}

async function readRaw(port) {
  const buffer = Buffer.allocUnsafe(256 * 1024);
  for (let i = 0; i < CLIENTS; i++)
    await once(connect({ port, host: '127.0.0.1', onread: { buffer, callback: () => true } }), 'connect');
  process.once('disconnect', () => process.exit());
  process.send('ready');
}
