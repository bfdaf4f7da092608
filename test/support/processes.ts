import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.js';

/** A built program of ours, running as a process of its own. */
export interface Program {
  readonly process: ChildProcess;
  /** Ends it with a signal and waits until it is gone; resolves with its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Settings of a gateway, which must not keep its journal where another one does. */
type GatewaySettings = Record<string, string> & { readonly DATA_DIR: string };

/** Starts `dist/apps/<name>` and resolves with what `started` found in the first line of output that has it. */
export async function startProgram<Name extends 'gateway' | 'simulator'>(
  name: Name,
  env: Name extends 'gateway' ? GatewaySettings : Record<string, string>,
  started: RegExp,
  args: readonly string[] = [],
): Promise<Program & { readonly found: RegExpExecArray }> {
  const child = spawn(process.execPath, [join(root, `dist/apps/${name}/src/main.js`), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const found = await new Promise<RegExpExecArray>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const match = started.exec(output);
      if (match) resolve(match);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${output}`)));
  });
  return {
    process: child,
    found,
    end: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
      return child.exitCode;
    },
  };
}

/** The whole system, on ports of its own. */
export interface System {
  readonly url: string;
  /** Ends the gateway in order; resolves with its exit code. */
  stopGateway(): Promise<number | null>;
  /** Starts it again on the same ports. */
  startGateway(): Promise<void>;
  stop(): Promise<void>;
}

/** The line with which a gateway says that it is there: its address, its port and that of its broker, where it has one. */
export const GATEWAY = /Telewire gateway on (http:\/\/\S+?:(\d+))(?:, MQTT broker on port (\d+))?\n/;

/** A folder for a gateway to keep its journal in. */
export const dataFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'telewire-'));

/** Starts gateway and simulator as `npm start` does. */
export async function startSystem(simulatorArgs: readonly string[] = []): Promise<System> {
  const folder = await dataFolder();
  const env = { DATA_DIR: folder, MQTT_URL: '' };
  let gateway = await startProgram('gateway', { ...env, PORT: '0', MQTT_PORT: '0' }, GATEWAY);
  const [, url, port, mqttPort] = gateway.found as unknown as [string, string, string, string];
  const simulator = await startProgram(
    'simulator',
    { MQTT_URL: `mqtt://127.0.0.1:${mqttPort}` },
    /simulator:/,
    simulatorArgs,
  );
  return {
    url,
    stopGateway: () => gateway.end(),
    startGateway: async () => {
      gateway = await startProgram('gateway', { ...env, PORT: port, MQTT_PORT: mqttPort }, GATEWAY);
    },
    stop: async () => {
      await simulator.end();
      await gateway.end();
      await rm(folder, { recursive: true });
    },
  };
}
