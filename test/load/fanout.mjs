// What it costs to bring readings from MQTT to many clients: our gateway, and what people use today, on the same input.
// npm run bench -- fanout [--servers a,b] [--loads w1,w2] [--rates 500,5000] [--clients 100] [--transports websocket]
//   [--series 80] [--seconds 6] [--warm 8] [--parts deliver,ingest,disk,write,idle,formats] [--full] [--profile folder]
import { argumentsOf } from './rig/arguments.mjs';
import { machine, stayOffServerCore } from './rig/machine.mjs';
import { servers } from './servers/index.mjs';
import { deliver } from './fanout/deliver.mjs';
import { disk } from './fanout/disk.mjs';
import { formats } from './fanout/formats.mjs';
import { idle } from './fanout/idle.mjs';
import { ingest } from './fanout/ingest.mjs';
import { write } from './fanout/write.mjs';

const PARTS = { deliver, ingest, disk, write, idle, formats };

const chosen = argumentsOf('npm run bench -- fanout [--full] [--servers …] [--loads …] …: see test/load/fanout.mjs', {
  parts: Object.keys(PARTS),
  servers: Object.keys(servers),
  loads: ['w2', 'w1'],
  rates: [500, 5_000],
  clients: [100],
  transports: ['websocket'],
  connections: [2_000, 10_000],
  series: 80,
  seconds: 6,
  warm: 8,
  full: false,
  profile: '',
});
if (chosen.full) {
  chosen.rates = [20, 500, 1_000, 5_000];
  chosen.clients = [10, 100, 1_000];
  chosen.transports = ['websocket', 'sse', 'http-stream', 'long-poll'];
}

// Of our gateway: what takes its time, for the inspector of a browser.
const options =
  chosen.profile === ''
    ? {}
    : {
        nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${chosen.profile}`],
      };
stayOffServerCore();
console.log(`${machine()}; server on one core, publisher, broker and clients on the other`);
const present = chosen.servers.filter((name) => {
  const missing = servers[name].missing();
  if (missing) console.log(`SKIPPED ${name}: it is not installed (${missing})`);
  return !missing;
});
const goals = [];
for (const part of chosen.parts) {
  console.log(`\n## ${part}\n`);
  goals.push(...(await PARTS[part]({ ...chosen, options, servers: present })));
}
console.log('\n## goals\n');
for (const each of goals) console.log(`- ${each}`);
