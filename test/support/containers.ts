import { GenericContainer, type StartedNetwork, type StartedTestContainer, Wait } from 'testcontainers';
import { IMAGES, root } from './docker.js';

/** Who may talk to the broker of {@link startBroker}: as docker/mosquitto/acl has it. */
export const PASSWORDS = { gateway: 'gateway-secret', simulator: 'simulator-secret' } as const;

const PATIENCE_MS = 60_000;

/** Where a container of ours is to be found. */
interface Place {
  readonly network: StartedNetwork;
  /** Its name in the network. */
  readonly alias: string;
  /** Its port on this machine; it keeps it over a restart. */
  readonly port: number;
}

/** Mosquitto with the configuration, the passwords and the ACL of docker/. */
export function startBroker({ network, alias, port }: Place): Promise<StartedTestContainer> {
  const own = (file: string) => ({ source: `${root}/docker/mosquitto/${file}`, mode: 'ro' as const });
  return new GenericContainer(IMAGES.broker)
    .withNetwork(network)
    .withNetworkAliases(alias)
    .withExposedPorts({ container: 1883, host: port })
    .withEnvironment({ GATEWAY_PASSWORD: PASSWORDS.gateway, SIMULATOR_PASSWORD: PASSWORDS.simulator })
    .withBindMounts([
      { ...own('mosquitto.conf'), target: '/mosquitto/conf/mosquitto.conf' },
      { ...own('acl'), target: '/mosquitto/conf/acl' },
      { ...own('start.sh'), target: '/mosquitto/start.sh' },
    ])
    .withEntrypoint(['/bin/sh', '/mosquitto/start.sh'])
    .withWaitStrategy(Wait.forListeningPorts())
    .withStartupTimeout(PATIENCE_MS)
    .start();
}

/** The gateway from docker/gateway.Dockerfile; resolves once it answers, ready or not. */
export function startGateway(
  place: Place,
  env: Record<string, string>,
  ...ports: readonly { container: number; host: number }[]
): Promise<StartedTestContainer> {
  return new GenericContainer(IMAGES.gateway)
    .withNetwork(place.network)
    .withNetworkAliases(place.alias)
    .withExposedPorts({ container: 3000, host: place.port }, ...ports)
    .withEnvironment(env)
    .withWaitStrategy(Wait.forLogMessage('Telewire gateway on'))
    .withStartupTimeout(PATIENCE_MS)
    .start();
}

/** The simulator from docker/simulator.Dockerfile, with flags of its own. */
export function startSimulator(
  network: StartedNetwork,
  env: Record<string, string>,
  flags: readonly string[] = [],
): Promise<StartedTestContainer> {
  return new GenericContainer(IMAGES.simulator)
    .withNetwork(network)
    .withEnvironment(env)
    .withCommand([...flags])
    .withWaitStrategy(Wait.forLogMessage(/simulator: \d+ devices/))
    .withStartupTimeout(PATIENCE_MS)
    .start();
}
