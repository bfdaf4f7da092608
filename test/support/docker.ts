import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe } from '@jest/globals';
import { freePorts } from './free-ports.js';

/** The images under test; `npm test` builds the first two from this tree before the specs run. */
export const IMAGES = {
  gateway: 'telewire-gateway:test',
  simulator: 'telewire-simulator:test',
  broker: 'eclipse-mosquitto:2',
} as const;

export { root } from './root.js';

const run = promisify(execFile);
const state = process.env['TELEWIRE_DOCKER'] ?? 'npm test was not the one to start it';

/** True where an engine answers and the images are built. */
export const dockerReady = state === 'ready';

/** A `describe` whose cases need Docker: where there is none they are skipped, and their names say so. */
export function describeInDocker(name: string, cases: () => void): void {
  if (dockerReady) describe(name, cases);
  else describe.skip(`${name} [no Docker: ${state}]`, cases);
}

/** A port that is free now, for what must come back on the same one after a restart. */
export const freePort = (): Promise<number> => freePorts(1);

/** Runs the Docker client. @throws when it fails */
export const docker = (...args: readonly string[]) => run('docker', args);
