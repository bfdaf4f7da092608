// Mosquitto, as the broker of all servers that are compared, or as one of them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { end, freePort, startOn } from './machine.mjs';

/**
 * Starts Mosquitto on a core: no delay, and as much in its queues as docker/mosquitto/mosquitto.conf allows.
 * @param listeners further lines of its settings
 */
export async function startMosquitto(core, listeners = []) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'telewire-mosquitto-'));
  const settings = [
    `listener ${port} 127.0.0.1`,
    ...listeners,
    'allow_anonymous true',
    'set_tcp_nodelay true',
    'max_queued_messages 0',
    'max_queued_bytes 134217728',
    'log_dest none',
  ];
  writeFileSync(join(folder, 'mosquitto.conf'), settings.join('\n') + '\n');
  const child = startOn(core, 'mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
  await listens(port);
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    pid: child.pid,
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Resolves when somebody listens on a port. */
export async function listens(port) {
  const answers = () =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
    });
  for (let left = 250; !(await answers()); left--) {
    if (left === 0) throw new Error(`nothing listens on ${port}`);
    await pause(20);
  }
}
