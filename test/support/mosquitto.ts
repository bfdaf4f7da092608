import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { freePort } from './docker.js';

// Where Debian puts it is not on everybody's path.
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/usr/local/sbin` };
const installed = spawnSync('mosquitto', ['-h'], { env }).error === undefined;

/** A `describe` whose cases need the `mosquitto` program: where there is none they are skipped, and their names say so. */
export function describeWithMosquitto(name: string, cases: () => void): void {
  if (installed) describe(name, cases);
  else describe.skip(`${name} [no Mosquitto: apt-get install mosquitto]`, cases);
}

/** Mosquitto as a process of its own, which keeps what waits for a session on disk when it is stopped, however much it is. */
export class Mosquitto {
  #process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<Mosquitto> {
    const folder = await mkdtemp(join(tmpdir(), 'telewire-mosquitto-'));
    const port = await freePort();
    const settings = [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      // Else it gives up the rights with which it could write there, when it has more.
      `user ${userInfo().username}`,
      'persistence true',
      `persistence_location ${folder}/`,
      'max_queued_messages 0',
      'log_dest stderr',
    ];
    await writeFile(join(folder, 'mosquitto.conf'), `${settings.join('\n')}\n`);
    const mosquitto = new Mosquitto(folder, port);
    await mosquitto.#begin();
    return mosquitto;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Stops it in order and starts it again. */
  async restart(): Promise<void> {
    await this.#end();
    await this.#begin();
  }

  async stop(): Promise<void> {
    await this.#end();
    await rm(this.folder, { recursive: true });
  }

  async #begin(): Promise<void> {
    const child = spawn('mosquitto', ['-c', join(this.folder, 'mosquitto.conf')], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4_096);
        if (/mosquitto version \S+ running/.test(said)) resolve();
      });
      child.once('exit', (code) => reject(new Error(`mosquitto ended with ${code}: ${said}`)));
    });
  }

  async #end(): Promise<void> {
    const child = this.#process!;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
}
