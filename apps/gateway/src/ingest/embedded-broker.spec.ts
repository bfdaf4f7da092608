import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { firstValueFrom } from 'rxjs';
import { OpenedSockets, sendsAtOnce } from '../../../../test/support/opened-sockets.js';
import { latch } from '../testing/latch.js';
import type { Message } from './broker.js';
import { EmbeddedBroker } from './embedded-broker.js';

const closed = (device: MqttClient) => new Promise<void>((resolve) => device.once('close', () => resolve()));

describe('the embedded broker', () => {
  let broker: EmbeddedBroker;
  let clients: MqttClient[];
  let taken: Message[];
  let take: (message: Message) => Promise<void>;

  beforeEach(async () => {
    taken = [];
    clients = [];
    take = (message) => Promise.resolve(void taken.push(message));
    broker = new EmbeddedBroker({ host: '127.0.0.1', port: 0 });
    await broker.start((message) => take(message));
  });

  afterEach(async () => {
    for (const client of clients) client.end(true);
    await broker.stop();
  });

  const client = async (options: IClientOptions = {}) => {
    const opened = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
      protocolVersion: 4,
      reconnectPeriod: 0,
      ...options,
    });
    clients.push(opened);
    return opened;
  };
  const state = () => firstValueFrom(broker.state);

  it('says that it is connected once it listens, and that it stopped', async () => {
    expect(await state()).toEqual({ connected: true });
    await broker.stop();
    expect(await state()).toEqual({ connected: false, reason: 'stopped' });
  });

  it('hands over topic and payload as they were sent', async () => {
    const device = await client();
    await device.publishAsync('telewire/data/a', Buffer.from([0, 255, 10]), { qos: 1 });
    await device.publishAsync('telewire/data/a', '', { qos: 1, retain: true });
    expect(taken.map(({ topic, payload }) => [topic, [...payload]])).toEqual([
      ['telewire/data/a', [0, 255, 10]],
      ['telewire/data/a', []],
    ]);
  });

  it('acknowledges a QoS 1 message only after it has been taken', async () => {
    const order: string[] = [];
    const arrived = latch();
    const kept = latch();
    take = async () => {
      arrived.open();
      await kept.opened;
      order.push('taken');
    };
    const device = await client();
    const acknowledged = device.publishAsync('telewire/data/a', 'x', { qos: 1 }).then(() => order.push('acknowledged'));
    await arrived.opened;
    // A round trip on the same connection: an early PUBACK would have come before it.
    const other = await client();
    await other.subscribeAsync('x', { qos: 0 });
    expect(order).toEqual([]);
    kept.open();
    await acknowledged;
    expect(order).toEqual(['taken', 'acknowledged']);
  });

  it('acknowledges nothing that could not be kept', async () => {
    take = () => Promise.reject(new Error('disk full'));
    const device = await client();
    let acknowledged = false;
    device.publish('telewire/data/a', 'x', { qos: 1 }, (error) => (acknowledged = !error));
    await closed(device);
    expect(acknowledged).toBe(false);
  });

  it('acknowledges without waiting for more to send', async () => {
    const sockets = new OpenedSockets();
    await (await client()).publishAsync('telewire/data/a', 'x', { qos: 1 });
    sockets.close();
    expect(sockets.accepted.map(sendsAtOnce)).toEqual([true]);
  });

  it('takes the Last Will of a device that is gone', async () => {
    const willed = latch<Message>();
    take = (message) => Promise.resolve(willed.open(message));
    const device = await client({
      will: { topic: 'telewire/status/a', payload: Buffer.from('offline'), qos: 1, retain: true },
    });
    device.stream.destroy();
    const { topic, payload } = await willed.opened;
    expect([topic, Buffer.from(payload).toString()]).toEqual(['telewire/status/a', 'offline']);
  });

  it('lets other clients listen, as with any broker', async () => {
    const listener = await client();
    await listener.subscribeAsync('telewire/#', { qos: 1 });
    const heard = latch<string>();
    listener.once('message', (topic) => heard.open(topic));
    await (await client()).publishAsync('telewire/data/a', 'x', { qos: 1 });
    expect(await heard.opened).toBe('telewire/data/a');
  });

  it('lets no client write where the broker writes', async () => {
    const device = await client();
    device.publish('$SYS/x', 'x', { qos: 1 });
    await closed(device);
    expect(taken).toEqual([]);
  });

  it('is not harmed by bytes that are no MQTT', async () => {
    const socket = connect(broker.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    await (await client()).publishAsync('telewire/data/a', 'x', { qos: 1 });
    expect(taken).toHaveLength(1);
  });

  it('ends every socket when it stops, also one that never said a word', async () => {
    const device = await client();
    const silent = connect(broker.port, '127.0.0.1');
    await once(silent, 'connect');
    const ended = Promise.all([closed(device), once(silent, 'close')]);
    silent.on('error', () => undefined);
    await broker.stop();
    await ended;
  });

  it('says which port is taken', async () => {
    const second = new EmbeddedBroker({ host: '127.0.0.1', port: broker.port });
    await expect(second.start(() => Promise.resolve())).rejects.toMatchObject({
      code: 'EADDRINUSE',
      syscall: 'listen',
      port: broker.port,
    });
    await second.stop();
  });
});
