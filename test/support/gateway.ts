import mqtt, { type MqttClient } from 'mqtt';
import { type DeviceInfo, topicOf } from '@telewire/telemetry';
import { parseConfig } from '../../apps/gateway/src/config.js';
import { type Gateway, startGateway } from '../../apps/gateway/src/gateway.js';

/** A real gateway on ports of its own, in this process, with its embedded broker and a device that talks to it. */
export interface TestGateway extends Gateway {
  /** Sends a SenML pack of `device`, QoS 1; resolves once it is acknowledged and so in the journal. */
  send(device: string, records: readonly object[]): Promise<void>;
  /** Announces a device. */
  announce(info: DeviceInfo): Promise<void>;
  /** Resolves once the gateway counts an open connection, or a held poll, of this transport. */
  connected(transport: string): Promise<void>;
  /** Publishes anything. */
  publish(topic: string, payload: string | Buffer): Promise<void>;
}

/** Starts a gateway; `env` are settings as in the README. */
export async function testGateway(env: Record<string, string> = {}): Promise<TestGateway> {
  const gateway = await startGateway(
    parseConfig({
      PORT: '0',
      MQTT_PORT: '0',
      LOG_LEVEL: 'error',
      DATA_DIR: 'memory',
      DASHBOARD_DIR: import.meta.dirname,
      ...env,
    }),
  );
  const device: MqttClient = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { protocolVersion: 4 });
  const publish = async (topic: string, payload: string | Buffer, retain = false) => {
    await device.publishAsync(topic, payload, { qos: 1, retain });
  };
  return {
    ...gateway,
    publish,
    connected: async (transport) => {
      const line = `telewire_connections{transport="${transport}"} 1`;
      while (!(await (await fetch(`${gateway.url}/metrics`)).text()).includes(line));
    },
    send: (name, records) =>
      publish(
        topicOf('data', name),
        JSON.stringify(records.map((record, i) => (i === 0 ? { bn: `${name}/`, ...record } : record))),
      ),
    announce: (info) => publish(topicOf('info', info.device), JSON.stringify(info), true),
    stop: async () => {
      await device.endAsync(true);
      await gateway.stop();
    },
  };
}
