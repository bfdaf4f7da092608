// Nchan, nginx's module for fan-out. A bridge on the other core posts each MQTT message to it, and only nginx is counted.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listens } from '../rig/broker.mjs';
import { end, forkOn, freePort, isInstalled, OTHER_CORE, SERVER_CORE, startOn } from '../rig/machine.mjs';
import { getRequest, upgradeRequest } from '../rig/wires.mjs';
import { countOfPack, sentAtOfPack } from './senml.mjs';

const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';

export const missing = () =>
  isInstalled('nginx') && existsSync(MODULE) ? undefined : 'apt-get install nginx libnginx-mod-nchan';

export async function start({ brokerUrl }) {
  const folder = mkdtempSync(join(tmpdir(), 'telewire-nchan-'));
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), settings(folder, port));
  const nginx = startOn(SERVER_CORE, 'nginx', ['-p', folder, '-e', 'error.log', '-c', 'nginx.conf'], {
    stdio: 'ignore',
  });
  await listens(port);
  const { child: bridge } = await forkOn(OTHER_CORE, import.meta.filename, [brokerUrl, port]);
  return {
    port,
    pids: [nginx.pid],
    stop: async () => {
      await end(bridge, 'SIGKILL');
      await end(nginx);
      rmSync(folder, { recursive: true });
    },
  };
}

const settings = (folder, port) => `
load_module ${MODULE};
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid nginx.pid;
events { worker_connections 16000; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  tcp_nodelay on;
  nchan_shared_memory_size 256M;
  server {
    listen 127.0.0.1:${port};
    location = /publish { nchan_publisher; nchan_channel_id readings; nchan_message_buffer_length 1000; nchan_message_timeout 10s; }
    location = /subscribe { nchan_subscriber websocket eventsource; nchan_channel_id readings; nchan_subscriber_first_message newest; }
  }
}
`;

if (process.argv[1] === import.meta.filename) await carry(process.argv[2], Number(process.argv[3]));

/** Posts each message on one connection, without waiting for the answer to the one before. */
async function carry(brokerUrl, port) {
  const { default: mqtt } = await import('mqtt');
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  socket.resume();
  const head = `POST /publish HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: `;
  const broker = await mqtt.connectAsync(brokerUrl);
  broker.stream.setNoDelay(true);
  broker.on('message', (_topic, payload) => socket.write(`${head}${payload.length}\r\n\r\n${payload}`));
  await broker.subscribeAsync('telewire/data/#', { qos: 1 });
  process.once('disconnect', () => process.exit());
  process.send('ready');
}

const DATA = Buffer.from('data:');
const isData = (bytes, start) => bytes.compare(DATA, 0, DATA.length, start, start + DATA.length) === 0;

export const speeches = {
  websocket: {
    body: 'websocket',
    request: (port) => upgradeRequest('/subscribe', port),
    count: countOfPack,
    sentAt: sentAtOfPack,
  },
  sse: {
    body: 'lines',
    request: (port) => getRequest('/subscribe', port, 'Accept: text/event-stream\r\n'),
    count: (bytes, start, end, pack) => (end - start > DATA.length && isData(bytes, start) ? pack : 0),
    sentAt: (text) => sentAtOfPack(text.slice(DATA.length)),
  },
};
