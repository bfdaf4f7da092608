import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, root } from './docker.js';

const run = promisify(execFile);
const PATIENCE_MS = 90_000;
const ASK_AGAIN_MS = 200;

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
  inspect(service: Service): Promise<Container>;
  /** Runs a command in a container; one that fails is an outcome like any other. */
  exec(service: Service, ...command: readonly string[]): Promise<Outcome>;
  /** Removes everything, volumes too. */
  down(): Promise<void>;
}

/** Prepares a project on ports that are free; nothing runs before {@link Compose.up}. */
export async function createCompose(): Promise<Compose> {
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
  };
  const compose = async (...args: readonly string[]) => {
    const all = [...first, '-f', join(root, 'docker/compose.yaml'), ...args];
    return (await run(client, all, { env: { ...process.env, ...settings } })).stdout;
  };
  const idOf = async (service: Service) => (await compose('ps', '-a', '-q', service)).trim();
  const inspect = async (service: Service) => {
    const [container] = JSON.parse((await run('docker', ['inspect', await idOf(service)])).stdout) as [Container];
    return container;
  };
  const healthy = async () => {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const states = await Promise.all(SERVICES.map(async (name) => (await inspect(name)).State.Health?.Status));
      if (states.every((state) => state === 'healthy')) return;
      if (Date.now() > until) {
        const logs = await compose('logs', '--no-color', '--tail', '20');
        throw new Error(`${SERVICES.map((name, i) => `${name}: ${states[i]}`).join(', ')}\n${logs}`);
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  };
  return {
    url: `http://localhost:${port}`,
    secureUrl: `https://localhost:${tlsPort}`,
    network: `${project}_default`,
    run: compose,
    up: async () => {
      await compose('up', '-d', '--no-build');
      await healthy();
    },
    inspect,
    exec: async (service, ...command) => outcome('docker', 'exec', await idOf(service), ...command),
    down: async () => void (await compose('down', '-v', '-t', '2')),
  };
}

/** The client's plugin where there is one, else the program of its own. */
async function composeClient(): Promise<readonly [string, ...string[]]> {
  return (await outcome('docker', 'compose', 'version')).code === 0 ? ['docker', 'compose'] : ['docker-compose'];
}

async function outcome(program: string, ...args: readonly string[]): Promise<Outcome> {
  try {
    const { stdout, stderr } = await run(program, args);
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    // Anything but a number: the program itself could not be run.
    if (typeof code !== 'number') throw error;
    return { code, output: stdout + stderr };
  }
}
