import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { docker, freePort, root } from './docker.js';
import { eventually } from './eventually.js';

const run = promisify(execFile);

export const SERVICES = ['broker', 'gateway', 'simulator', 'nginx'] as const;
export type Service = (typeof SERVICES)[number];

/** How a command ended. */
export interface Outcome {
  readonly code: number;
  /** What it wrote, to stdout and to stderr. */
  readonly output: string;
}

/** The part of `docker inspect` that the specs read. */
export interface Container {
  readonly Id: string;
  readonly State: { readonly ExitCode: number; readonly Health?: { readonly Status: string } };
  readonly NetworkSettings: {
    readonly Ports: Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>;
    readonly Networks: Record<string, { readonly IPAddress: string }>;
  };
}

/** docker/compose.yaml as a project of its own, with the images under test. */
export interface Compose {
  /** The gateway itself. */
  readonly url: string;
  /** The gateway behind nginx. */
  readonly secureUrl: string;
  /** The network that its containers share. */
  readonly network: string;
  /** Runs `docker compose` with these arguments. @throws when it fails */
  run(...args: readonly string[]): Promise<string>;
  /** Starts what does not run, and resolves once all is healthy. */
  up(): Promise<void>;
  /** What Docker has found out about a service's health. */
  health(service: Service): Promise<string | undefined>;
  inspect(service: Service): Promise<Container>;
  /** Runs a command in a container; one that fails is an outcome like any other. */
  exec(service: Service, ...command: readonly string[]): Promise<Outcome>;
  /** Removes everything, volumes too. */
  down(): Promise<void>;
}

/**
 * Prepares a project on ports that are free; nothing runs before {@link Compose.up}.
 * @param own settings of docker/README.md
 */
export async function createCompose(own: Readonly<Record<string, string>> = {}): Promise<Compose> {
  const [port, tlsPort] = [await freePort(), await freePort()];
  const project = `telewire-test-${port}`;
  const [client, ...first] = await composeClient();
  // An empty setting is one that is not set; whoever runs the specs may have some of their own.
  const settings = {
    COMPOSE_PROJECT_NAME: project,
    COMPOSE_PROFILES: 'nginx',
    TELEWIRE_TAG: 'test',
    PORT: String(port),
    TLS_PORT: String(tlsPort),
    PUBLISH: '',
    TLS_DIR: '',
    ALLOWED_HOSTS: '',
    GATEWAY_PASSWORD: '',
    SIMULATOR_PASSWORD: '',
    ...own,
  };
  const files = ['docker/compose.yaml', 'test/support/compose.health.yaml'].flatMap((name) => ['-f', join(root, name)]);
  const compose = async (...args: readonly string[]) =>
    (await run(client, [...first, ...files, ...args], { env: { ...process.env, ...settings } })).stdout;
  const labels = { project, oneoff: 'False' };
  // By label, as Compose finds them itself, only faster.
  const idOf = async (service: Service) => {
    const wanted = Object.entries({ ...labels, service }).flatMap(([name, value]) => [
      '--filter',
      `label=com.docker.compose.${name}=${value}`,
    ]);
    return (await docker('ps', '-a', '-q', ...wanted)).stdout.trim();
  };
  const inspect = async (service: Service) => {
    const [container] = JSON.parse((await docker('inspect', await idOf(service))).stdout) as [Container];
    return container;
  };
  const health = async (service: Service) => (await inspect(service)).State.Health?.Status;
  const allHealthy = async () => {
    const states = await Promise.all(SERVICES.map(health));
    if (states.every((state) => state === 'healthy')) return;
    throw new Error(SERVICES.map((name, i) => `${name}: ${states[i]}`).join(', '));
  };
  return {
    url: `http://localhost:${port}`,
    secureUrl: `https://localhost:${tlsPort}`,
    network: `${project}_default`,
    run: compose,
    up: async () => {
      await compose('up', '-d', '--no-build');
      try {
        await eventually(allHealthy);
      } catch (error) {
        throw new Error(await compose('logs', '--no-color', '--tail', '20'), { cause: error });
      }
    },
    health,
    inspect,
    exec: async (service, ...command) => outcome(docker('exec', await idOf(service), ...command)),
    down: async () => void (await compose('down', '-v', '-t', '2')),
  };
}

/** The client's plugin where there is one, else the program of its own. */
async function composeClient(): Promise<readonly [string, ...string[]]> {
  return (await outcome(docker('compose', 'version'))).code === 0 ? ['docker', 'compose'] : ['docker-compose'];
}

async function outcome(command: ReturnType<typeof docker>): Promise<Outcome> {
  try {
    const { stdout, stderr } = await command;
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    // Anything but a number: the program itself could not be run.
    if (typeof code !== 'number') throw error;
    return { code, output: stdout + stderr };
  }
}
