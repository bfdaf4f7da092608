// Builds the images of gateway and simulator from this tree for the tests, where a Docker engine answers.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

/** What the images under test are tagged with. */
export const TAG = 'test';
const MINE = ['gateway', 'simulator'];
const OTHERS = ['eclipse-mosquitto:2', 'nginx:1'];
const PULL_MS = 300_000;

const BUILD_MS = 900_000;

const docker = (args, options = {}) =>
  spawnSync('docker', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });

/** Where the engine is that the Docker client talks to; testcontainers does not know the client's contexts. */
export function engineAddress() {
  const { status, stdout } = docker(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}

/**
 * Makes every image that the tests use be there.
 * @returns `{}`, or `{ why }` where there is no engine or no way to a base image
 * @throws when an image of ours cannot be built
 */
export function buildImages() {
  const engine = docker(['version', '--format', '{{.Server.Version}}'], { timeout: 30_000 });
  if (engine.error?.code === 'ENOENT') return { why: 'there is no docker command' };
  if (engine.status !== 0)
    return { why: engine.stderr?.trim().split('\n').at(-1) || 'the Docker engine does not answer' };
  const bases = MINE.flatMap((name) => basesOf(`docker/${name}.Dockerfile`));
  for (const image of new Set([...bases, ...OTHERS])) {
    if (docker(['image', 'inspect', image]).status === 0) continue;
    console.log(`Fetching ${image} …`);
    if (docker(['pull', '--quiet', image], { timeout: PULL_MS }).status !== 0) {
      return { why: `${image} is not here and cannot be fetched; docker/base-images.sh builds it` };
    }
  }
  for (const name of MINE) {
    console.log(`Building telewire-${name}:${TAG} …`);
    const args = ['build', '--tag', `telewire-${name}:${TAG}`, '--file', `docker/${name}.Dockerfile`, '.'];
    const { status, stdout, stderr, error } = docker(args, { timeout: BUILD_MS });
    if (status === 0) continue;
    throw new Error(`telewire-${name} cannot be built:\n${`${stdout}${stderr}`.slice(-4_000)}${error ?? ''}`);
  }
  return {};
}

function basesOf(dockerfile) {
  return [...readFileSync(join(root, dockerfile), 'utf8').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
}
