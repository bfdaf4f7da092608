import type { MqttClient } from 'mqtt';
import { Subscription, timer } from 'rxjs';
import { topicOf } from '@telewire/telemetry';

/** A device that counts: each reading is the number after the one before, at QoS 1. */
export interface NumberedDevice {
  /** The last number handed to the client. */
  readonly sent: number;
  /** Says nothing more. */
  hush(): void;
  /** Says nothing more; resolves with the last number once the broker has acknowledged it. */
  stop(): Promise<number>;
}

/** Counts on the series `<device>/x`, `hz` times a second. The client keeps what the broker has not acknowledged. */
export function numberedDevice(client: MqttClient, device: string, hz: number): NumberedDevice {
  let sent = 0;
  let last: Promise<unknown> = Promise.resolve();
  const send = () => {
    sent += 1;
    const pack = [{ bn: `${device}/`, n: 'x', t: Date.now() / 1000, v: sent }];
    last = client.publishAsync(topicOf('data', device), JSON.stringify(pack), { qos: 1 });
    // A client that is closed for good lets go of what it still has; `stop` says so then.
    last.catch(() => undefined);
  };
  const sending: Subscription = timer(0, 1000 / hz).subscribe(send);
  return {
    get sent() {
      return sent;
    },
    hush: () => sending.unsubscribe(),
    stop: async () => {
      sending.unsubscribe();
      await last;
      return sent;
    },
  };
}
