import { ask, residentKbOf } from '../rig/machine.mjs';
import { withServer } from '../rig/run.mjs';
import { figure, goal, table } from '../rig/table.mjs';
import { setTimeout as pause } from 'node:timers/promises';

const MOST_KB = 12;
const SETTLE_MS = 2_000;

/** Memory of a connection that nothing is said on: the slope between two numbers of them. */
export async function idle({ servers, connections: [few, many] }) {
  const rows = [];
  const goals = [];
  for (const name of servers) {
    const [resident, heap] = await slopesOf(name, few, many);
    rows.push([name, figure(resident), heap === undefined ? '–' : figure(heap)]);
    console.error(rows.at(-1).join('  '));
    if (name === 'telewire') goals.push(goal('memory of an idle connection', resident, MOST_KB, ' KB'));
  }
  console.log(table([`${few} to ${many} connections`, 'resident KB each', 'of that, heap and buffers'], rows));
  return goals;
}

function slopesOf(name, few, many) {
  return withServer(name, {}, async ({ server, fork }) => {
    const clients = await fork('clients.mjs', [name, 'websocket', server.port, 1, 1]);
    const memory = async () => {
      await pause(SETTLE_MS);
      const { heapKb } = server.child ? await ask(server.child, 'collect') : {};
      return { heapKb, residentKb: residentKbOf(server.pids) };
    };
    await ask(clients, { connect: few });
    const before = await memory();
    await ask(clients, { connect: many - few });
    const after = await memory();
    return ['residentKb', 'heapKb'].map((which) =>
      after[which] === undefined ? undefined : (after[which] - before[which]) / (many - few),
    );
  });
}
