// What a delivered reading costs our gateway as there is more of everything: clients, series, distinct filters, readings.
// npm run bench -- growth [--axes clients,series,filters,rate] [--seconds 5]
import { argumentsOf } from './rig/arguments.mjs';
import { machine, stayOffServerCore } from './rig/machine.mjs';
import { run } from './rig/run.mjs';
import { figure, percent, table } from './rig/table.mjs';

const EACH = 25;
const BASE = { transport: 'websocket', clients: 100, readingsHz: 1_000, pack: 1, series: 80 };
/** What grows, and the load that it grows in. */
const AXES = {
  clients: { steps: [10, 32, 100, 320, 1_000], load: (clients) => ({ clients }) },
  // A new client is told of every series once: few of them, so that this is not what is measured.
  series: {
    steps: [10, 100, 1_000, 10_000, 100_000],
    load: (series) => ({ series, clients: 10, readingsHz: 2_000, known: true }),
  },
  // As many frames in each step, of as many readings; what differs is how often each has to be built.
  filters: {
    steps: [1, 10, 100, 1_000, 10_000],
    load: (distinct) => ({ clients: 400, readingsHz: 20, many: { each: EACH, distinct, maxHz: 1 } }),
  },
  rate: { steps: [20, 200, 2_000, 20_000], load: (readingsHz) => ({ readingsHz }) },
};
const BAR = 40;

const chosen = argumentsOf('npm run bench -- growth [--axes …] [--seconds 5]', { axes: Object.keys(AXES), seconds: 5 });
stayOffServerCore();
console.log(`${machine()}; WebSocket, one reading a message, durable; CPU of the server for each delivered reading`);

for (const axis of chosen.axes) {
  const { steps, load } = AXES[axis];
  const points = [];
  for (const step of steps) {
    const result = await run('telewire', { ...BASE, ...load(step), seconds: chosen.seconds });
    points.push({ step, us: result.cpuUs / result.delivered, ...result });
    console.error(axis, step, figure(points.at(-1).us));
  }
  console.log(`\n## ${axis}\n`);
  const most = Math.max(...points.map(({ us }) => us));
  console.log(
    table(
      [axis, 'CPU µs', 'by the first', 'CPU ms/s', 'p99 ms', 'lost', ''],
      points.map((point) => [
        point.step,
        figure(point.us),
        figure(point.us / points[0].us),
        figure((point.cpuUs / point.elapsed / 1e6) * 1000),
        figure(point.p99),
        percent(Math.max(0, point.loss)),
        `${'█'.repeat(Math.max(1, Math.round((BAR * point.us) / most)))}${point.keptUp ? '' : ' does not keep up'}`,
      ]),
    ),
  );
  const exponent = slope(points.map(({ step, us }) => [Math.log(step), Math.log(us)]));
  console.log(`\ncost a reading ∝ ${axis}^${exponent.toFixed(2)}: ${curve(exponent)}`);
}

/** Of the line through points that leaves the least squares. */
function slope(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

function curve(exponent) {
  if (exponent < -0.1) return 'falls, for what a frame costs is shared by more readings or clients';
  if (exponent <= 0.1) return 'flat';
  return 'GROWS';
}
