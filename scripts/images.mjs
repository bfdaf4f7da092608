// Builds the images of gateway and simulator from this tree for the tests, where a Docker engine answers.
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

/** What the images under test are tagged with. */
export const TAG = 'test';
const MINE = ['gateway', 'simulator'];
const OTHERS = ['eclipse-mosquitto:2', 'nginx:1'];
const PULL_MS = 300_000;

const BUILD_MS = 900_000;

/** Resolves with how a call of docker ended; it never rejects. */
const docker = (args, timeout = 30_000) =>
  new Promise((resolve) => {
    const options = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, timeout };
    execFile('docker', args, options, (error, stdout, stderr) => resolve({ error, stdout, stderr }));
  });

/** Where the engine is that the Docker client talks to; testcontainers does not know the client's contexts. */
export function engineAddress() {
  const { status, stdout } = spawnSync('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], {
    encoding: 'utf8',
  });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}

/**
 * Makes every image that the tests use be there.
 * Resolves with `{}`, or with `{ why }` where there is no engine or no way to a base image. Rejects when an image of ours cannot be
 * built.
 */
export async function buildImages() {
  const engine = await docker(['version', '--format', '{{.Server.Version}}']);
  if (engine.error?.code === 'ENOENT') return { why: 'there is no docker command' };
  if (engine.error) return { why: engine.stderr.trim().split('\n').at(-1) || 'the Docker engine does not answer' };
  const bases = MINE.flatMap((name) => basesOf(`docker/${name}.Dockerfile`));
  for (const image of new Set([...bases, ...OTHERS])) {
    if (!(await docker(['image', 'inspect', image])).error) continue;
    console.log(`Fetching ${image} …`);
    if ((await docker(['pull', '--quiet', image], PULL_MS)).error) {
      return { why: `${image} is not here and cannot be fetched; docker/base-images.sh builds it` };
    }
  }
  for (const name of MINE) {
    console.log(`Building telewire-${name}:${TAG} …`);
    const args = ['build', '--tag', `telewire-${name}:${TAG}`, '--file', `docker/${name}.Dockerfile`, '.'];
    const { error, stdout, stderr } = await docker(args, BUILD_MS);
    if (error) throw new Error(`telewire-${name} cannot be built:\n${`${stdout}${stderr}`.slice(-4_000)}`);
  }
  return {};
}

function basesOf(dockerfile) {
  return [...readFileSync(join(root, dockerfile), 'utf8').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
}
