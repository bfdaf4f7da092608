import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { StartedNetwork, StartedTestContainer } from 'testcontainers';
import { PASSWORDS, startBroker, startGateway } from './containers.js';
import { freePort } from './docker.js';

/** A broker in a container, as gateways and simulators in its network reach it and as a device on this machine does. */
export interface BrokerAtTest {
  readonly container: StartedTestContainer;
  /** Settings of a gateway that shall use it. */
  readonly gateway: Record<string, string>;
  /** Settings of a simulator that shall use it. */
  readonly simulator: Record<string, string>;
  /** Connects as a device, from this machine. */
  device(options?: IClientOptions): Promise<MqttClient>;
}

const MQTT_URL = 'mqtt://broker:1883';
// What arrives while the gateway is down waits for it under this name.
const MQTT_CLIENT_ID = 'gateway-under-test';
const asUser = (name: keyof typeof PASSWORDS) => ({ MQTT_URL, MQTT_USERNAME: name, MQTT_PASSWORD: PASSWORDS[name] });

/** Mosquitto as docker/ configures it: MQTT 5, passwords, an ACL. */
export async function mosquitto(network: StartedNetwork): Promise<BrokerAtTest> {
  const port = await freePort();
  return {
    container: await startBroker({ network, alias: 'broker', port }),
    gateway: { ...asUser('gateway'), MQTT_CLIENT_ID },
    simulator: asUser('simulator'),
    device: (options) =>
      mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
        protocolVersion: 5,
        username: 'simulator',
        password: PASSWORDS.simulator,
        ...options,
      }),
  };
}

/** A broker that speaks MQTT 3.1.1 and nothing else: the one that is embedded in another gateway. */
export async function oldBroker(network: StartedNetwork): Promise<BrokerAtTest> {
  const port = await freePort();
  const place = { network, alias: 'broker', port: await freePort() };
  return {
    container: await startGateway(place, { MQTT_HOST: '0.0.0.0' }, { container: 1883, host: port }),
    gateway: { MQTT_URL, MQTT_CLIENT_ID },
    simulator: { MQTT_URL },
    device: (options) => mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, ...options }),
  };
}
