import { expect, it, jest } from '@jest/globals';
import mqtt from 'mqtt';
import { filter, firstValueFrom } from 'rxjs';
import { connect } from '@telewire/client';
import { topicOf } from '@telewire/telemetry';
import { testGateway } from '../support/gateway.js';

jest.setTimeout(30_000);

const SPEAKERS = 4;
const ENOUGH = 200;

it('hands over everything that it has acknowledged before it goes', async () => {
  const gateway = await testGateway();
  const telewire = connect({ url: gateway.url });
  const device = await mqtt.connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, {
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const acknowledged: number[] = [];
  const seen = new Set<unknown>();
  const { batches, state } = telewire.feed({ filters: ['lab/x/n'], onSlow: 'lag' });
  // Keeps the feed open until the end.
  const listening = batches.subscribe((batch) => {
    if (batch.kind !== 'gap') for (const { value } of batch.readings) seen.add(value);
  });
  let n = 0;
  const speak = async () => {
    while (device.connected) {
      const value = ++n;
      await device.publishAsync(topicOf('data', 'lab/x'), JSON.stringify([{ n: 'lab/x/n', v: value }]), { qos: 1 });
      acknowledged.push(value);
    }
  };
  try {
    // From here on nothing may be missing.
    await firstValueFrom(state.pipe(filter(({ phase }) => phase === 'live')));
    // What is not acknowledged any more is the device's to send again.
    for (let i = 0; i < SPEAKERS; i++) speak().catch(() => undefined);
    await firstValueFrom(batches.pipe(filter(() => seen.size > ENOUGH)));
    await gateway.stop();
    expect(acknowledged.length).toBeGreaterThan(ENOUGH);
    expect(acknowledged.filter((value) => !seen.has(value))).toEqual([]);
  } finally {
    listening.unsubscribe();
    telewire.close();
    await device.endAsync(true);
  }
});
