import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { freePort } from './docker.js';
import { eventually } from './eventually.js';

// Where Debian puts it is not on everybody's path.
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/usr/local/sbin` };
const installed = spawnSync('nginx', ['-v'], { env }).error === undefined;

/** A `describe` whose cases need the `nginx` program: where there is none they are skipped, and their names say so. */
export function describeWithNginx(name: string, cases: () => void): void {
  if (installed) describe(name, cases);
  else describe.skip(`${name} [no nginx: apt-get install nginx-light]`, cases);
}

/** An nginx in front of a gateway, as a process of its own. */
export class Nginx {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  /**
   * Starts one, as Debian has it but for what is said.
   * @param location what stands in `location /`, beside `proxy_pass`
   * @param http what stands in `http`
   */
  static async start(gatewayUrl: string, location: string, http = ''): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'telewire-nginx-'));
    const port = await freePort();
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    const settings = `
      daemon off;
      master_process off;
      pid ${folder}/nginx.pid;
      error_log stderr error;
      events {}
      http {
        access_log off;
        ${paths.join('\n')}
        ${http}
        server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass ${gatewayUrl};
            ${location}
          }
        }
      }`;
    await writeFile(join(folder, 'nginx.conf'), settings);
    const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const nginx = new Nginx(`http://127.0.0.1:${port}`, child, folder);
    await eventually(() => fetch(`${nginx.url}/health/live`));
    return nginx;
  }

  async stop(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.kill();
    await gone;
    await rm(this.folder, { recursive: true });
  }
}
