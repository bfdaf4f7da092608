import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { DeviceInfo } from '@telewire/telemetry';
import { filter, firstValueFrom, map, ReplaySubject, take, toArray } from 'rxjs';
import { OpenedSockets, sendsAtOnce } from '../../../test/support/opened-sockets.js';
import { Broker } from './broker.js';
import { Publisher } from './publisher.js';

const INFO: DeviceInfo = { device: 'icu/bed-01', label: '01', type: 'patient-monitor', simulated: true, series: [] };

interface Heard {
  topic: string;
  text: string;
  retain: boolean;
}

/** A real broker (MQTT 3.1.1) that tells what was published, and which sockets it holds. */
class TestBroker {
  readonly heard = new ReplaySubject<Heard>();
  readonly sockets = new Set<Socket>();
  constructor(
    readonly aedes: Aedes,
    readonly server: Server,
  ) {
    aedes.on('publish', ({ topic, payload, retain }: AedesPublishPacket) => {
      if (!topic.startsWith('$')) this.heard.next({ topic, text: payload.toString(), retain });
    });
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }
  static async start(port = 0): Promise<TestBroker> {
    const aedes = await Aedes.createBroker();
    const server = createServer(aedes.handle);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new TestBroker(aedes, server);
  }
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }
  next(topic: string, text?: string): Promise<Heard> {
    return firstValueFrom(this.heard.pipe(filter((each) => each.topic === topic && (text ?? each.text) === each.text)));
  }
  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
    await new Promise<void>((resolve) => this.aedes.close(resolve));
  }
}

const [INFO_TOPIC, STATUS_TOPIC, DATA_TOPIC] = ['info', 'status', 'data'].map(
  (kind) => `telewire/${kind}/icu/bed-01`,
) as [string, string, string];

describe('Publisher', () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function startBroker(port?: number): Promise<TestBroker> {
    const broker = await TestBroker.start(port);
    ends.push(() => (broker.server.listening ? broker.stop() : Promise.resolve()));
    return broker;
  }
  function publisherAt(
    port: number,
    standing?: () => string,
  ): { publisher: Publisher; lines: string[]; known: Broker } {
    const lines: string[] = [];
    const known = new Broker({ url: `mqtt://127.0.0.1:${port}` }, (line) => lines.push(line));
    const publisher = new Publisher(INFO, 'telewire-sim-1-icu-bed-01', known, standing, () => 1);
    ends.push(() => publisher.stop(100));
    return { publisher, lines, known };
  }

  it('announces the device and that it is online, retained, before any data', async () => {
    const broker = await startBroker();
    const { publisher, known } = publisherAt(broker.port);
    publisher.send('[1]');
    await publisher.start();
    await broker.next(DATA_TOPIC);
    const heard = await firstValueFrom(broker.heard.pipe(take(3), toArray()));
    expect(heard).toEqual([
      { topic: INFO_TOPIC, text: JSON.stringify(INFO), retain: true },
      { topic: STATUS_TOPIC, text: 'online', retain: true },
      { topic: DATA_TOPIC, text: '[1]', retain: false },
    ]);
    expect(known.version).toBe(4);
  });

  it('sends each pack at once, not with the next', async () => {
    const broker = await startBroker();
    const sockets = new OpenedSockets();
    const { publisher } = publisherAt(broker.port);
    await publisher.start();
    sockets.close();
    // The last attempt is in the version that this broker speaks.
    expect(sendsAtOnce(sockets.dialled.at(-1)!)).toBe(true);
  });

  it('falls back to MQTT 3.1.1 when a broker hangs up on MQTT 5 without a word', async () => {
    const aedes = await startBroker();
    const deaf = createServer((socket) => {
      socket.once('data', (connectPacket: Buffer) => {
        // The protocol level stands behind the length-prefixed name "MQTT" (OASIS MQTT 5.0 §3.1.2.2).
        if (connectPacket[connectPacket.indexOf('MQTT') + 4] === 5) return void socket.destroy();
        socket.unshift(connectPacket);
        aedes.aedes.handle(socket);
      });
    });
    deaf.listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    ends.push(async () => {
      deaf.close();
      await once(deaf, 'close');
    });
    const { publisher, lines } = publisherAt((deaf.address() as AddressInfo).port);
    void publisher.start();
    await aedes.next(STATUS_TOPIC, 'online');
    expect(lines).toEqual([]);
  });

  it('leaves a Last Will that says offline when its socket is destroyed', async () => {
    const broker = await startBroker();
    const { publisher } = publisherAt(broker.port);
    await publisher.start();
    await broker.next(STATUS_TOPIC, 'online');
    for (const socket of broker.sockets) socket.destroy();
    expect(await broker.next(STATUS_TOPIC, 'offline')).toMatchObject({ retain: true });
  });

  it('announces anew at a broker that has forgotten everything, and sends in order what was kept', async () => {
    const first = await startBroker();
    const { publisher, lines } = publisherAt(first.port);
    const { port } = first;
    await publisher.start();
    publisher.send('[0]');
    await first.next(DATA_TOPIC, '[0]');
    await first.stop();

    const packs = Array.from({ length: 100 }, (_, i) => `[${i + 1}]`);
    for (const pack of packs) publisher.send(pack);
    const second = await startBroker(port);
    await second.next(DATA_TOPIC, '[100]');
    const heard = await firstValueFrom(
      second.heard.pipe(
        take(102),
        map(({ text }) => text),
        toArray(),
      ),
    );
    expect(heard.slice(0, 2)).toEqual([JSON.stringify(INFO), 'online']);
    // At least once: the pack before the loss may come again, but nothing is missing and nothing out of order.
    expect(heard.slice(2).filter((text) => text !== '[0]')).toEqual(packs.slice(0, heard.includes('[0]') ? 99 : 100));
    expect(lines.map((line) => /is (lost|back)/.exec(line)?.[1])).toEqual(['lost', 'back']);
  });

  it('says again on every connect what still holds, behind what was kept', async () => {
    const first = await startBroker();
    let holds = '["old"]';
    const { publisher } = publisherAt(first.port, () => holds);
    const { port } = first;
    await publisher.start();
    await first.next(DATA_TOPIC, '["old"]');
    await first.stop();
    publisher.send('[1]');
    holds = '["new"]';
    publisher.send('[2]');
    const second = await startBroker(port);
    await second.next(DATA_TOPIC, '["new"]');
    const heard = await firstValueFrom(
      second.heard.pipe(
        filter(({ topic, text }) => topic === DATA_TOPIC && text !== '["old"]'),
        map(({ text }) => text),
        take(3),
        toArray(),
      ),
    );
    expect(heard).toEqual(['[1]', '[2]', '["new"]']);
  });

  it('says offline and leaves no connection when it is stopped', async () => {
    const broker = await startBroker();
    const { publisher } = publisherAt(broker.port);
    await publisher.start();
    await broker.next(STATUS_TOPIC, 'online');
    const disconnected = once(broker.aedes, 'clientDisconnect');
    await publisher.stop();
    await disconnected;
    expect(await broker.next(STATUS_TOPIC, 'offline')).toMatchObject({ retain: true });
  });

  it('tells once, in one line, that there is no broker and what to do', async () => {
    const broker = await startBroker();
    const { port } = broker;
    await broker.stop();
    const { publisher, lines } = publisherAt(port);
    await publisher.start();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('MQTT_URL');
    expect(lines[0]).not.toContain('\n');
  });
});
