import { describe } from '@jest/globals';
import { Network } from 'testcontainers';
import { mosquitto } from './brokers.js';
import { CleanUp } from './clean-up.js';
import { startGateway, startSimulator } from './containers.js';
import { describeInDocker, docker, freePort } from './docker.js';
import { startSystem, type System } from './processes.js';

/** Starts a whole system; the arguments are the simulator's. */
export type StartSystem = (simulatorArgs?: readonly string[]) => Promise<System>;

/** Says the same cases of the system as `npm start` runs it and of the system in containers, with a broker of its own. */
export function describeSystems(cases: (start: StartSystem) => void): void {
  describe('as processes', () => cases(startSystem));
  describeInDocker('in containers', () => cases(startContainers));
}

async function startContainers(simulatorArgs: readonly string[] = []): Promise<System> {
  const cleanUp = new CleanUp();
  try {
    return await startWith(cleanUp, simulatorArgs);
  } catch (error) {
    await cleanUp.run();
    throw error;
  }
}

async function startWith(cleanUp: CleanUp, simulatorArgs: readonly string[]): Promise<System> {
  const network = await new Network().start();
  cleanUp.add(() => network.stop());
  const broker = await mosquitto(network);
  cleanUp.add(() => broker.container.stop());
  const port = await freePort();
  const gateway = await startGateway({ network, alias: 'gateway', port }, broker.gateway);
  cleanUp.add(() => gateway.stop());
  const simulator = await startSimulator(network, broker.simulator, simulatorArgs);
  cleanUp.add(() => simulator.stop());
  return {
    url: `http://localhost:${port}`,
    stopGateway: async () => {
      await docker('stop', gateway.getId());
      const { stdout } = await docker('inspect', '--format', '{{.State.ExitCode}}', gateway.getId());
      return Number(stdout);
    },
    startGateway: async () => {
      await docker('start', gateway.getId());
    },
    stop: () => cleanUp.run(),
  };
}
