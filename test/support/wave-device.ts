import { rm } from 'node:fs/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { timer } from 'rxjs';
import { describeMetric, MEDICAL, topicOf } from '@telewire/telemetry';
import type { CleanUp } from './clean-up.js';
import { dataFolder, GATEWAY, startProgram } from './processes.js';

const BLOCK_MS = 200;
const PERIOD_MS = 4;
const FACTOR = 0.005;

/** A device that sends a small wave at 250 Hz, with a sample that stands out where it is told to. */
export interface WaveDevice {
  readonly series: string;
  /** Lets one sample have this value, of the first block to come that holds the place in its column; resolves with its time. */
  spike(value: number, columnMs: number, afterMs: number): Promise<number>;
  stop(): void;
}

/** Announces `<device>/ecg-ii` and sends its blocks as they are measured. */
async function waveDevice(client: MqttClient, device: string): Promise<WaveDevice> {
  const info = describeMetric(device, MEDICAL.ecgII, BLOCK_MS);
  const about = { device, label: '09', type: 'patient-monitor', series: [info] };
  await client.publishAsync(topicOf('info', device), JSON.stringify(about), { qos: 1, retain: true });
  let wanted: { value: number; isPlace: (at: number) => boolean; sent: (at: number) => void } | undefined;
  let nextAt = Math.floor(Date.now() / PERIOD_MS) * PERIOD_MS;
  const sampleAt = (at: number): number => {
    if (!wanted?.isPlace(at)) return 0.1 * Math.sin(at / 40);
    const { value, sent } = wanted;
    wanted = undefined;
    sent(at);
    return value;
  };
  const measure = () => {
    for (; nextAt + BLOCK_MS <= Date.now(); nextAt += BLOCK_MS) {
      const samples = Array.from({ length: BLOCK_MS / PERIOD_MS }, (_, i) => sampleAt(nextAt + i * PERIOD_MS));
      const data = samples.map((sample) => Math.round(sample / FACTOR)).join(' ');
      const sampled_ = { origin: { value: 0 }, period: PERIOD_MS, factor: FACTOR, dimensions: 1, data };
      const pack = [{ n: info.series, u: 'mV', t: nextAt / 1000, sampled_ }];
      // A client that is closed for good lets go of what it still has.
      client.publishAsync(topicOf('data', device), JSON.stringify(pack), { qos: 1 }).catch(() => undefined);
    }
  };
  const measuring = timer(0, BLOCK_MS / 4).subscribe(measure);
  return {
    series: info.series,
    spike: (value, columnMs, afterMs) =>
      new Promise((sent) => {
        const isPlace = (at: number) => Math.abs((at % columnMs) - afterMs) < PERIOD_MS / 2 + 0.001;
        wanted = { value, isPlace, sent };
      }),
    stop: () => measuring.unsubscribe(),
  };
}

/** A gateway as a program of its own, and one such device at it; both end with `cleanUp`. */
export async function startWave(cleanUp: CleanUp): Promise<{ readonly url: string; readonly device: WaveDevice }> {
  const folder = await dataFolder();
  cleanUp.add(() => rm(folder, { recursive: true, force: true }));
  const env = { DATA_DIR: folder, PORT: '0', MQTT_PORT: '0', MQTT_URL: '', LOG_LEVEL: 'error' };
  const gateway = await startProgram('gateway', env, GATEWAY);
  cleanUp.add(() => gateway.end());
  const [, url, , mqttPort] = gateway.found as unknown as [string, string, string, string];
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { protocolVersion: 4 });
  cleanUp.add(() => client.endAsync(true));
  const device = await waveDevice(client, 'icu/bed-09');
  cleanUp.add(() => device.stop());
  return { url, device };
}
