import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Aedes, type AedesOptions } from 'aedes';
import { firstValueFrom, take as first, toArray } from 'rxjs';
import { OpenedSockets, sendsAtOnce } from '../../../../test/support/opened-sockets.js';
import { begin, BrokerBench, connected, listen, mosquitto, publish, until } from '../testing/broker-bench.js';
import { latch } from '../testing/latch.js';
import type { BrokerState, Message } from './broker.js';
import { ExternalBroker } from './external-broker.js';

describe('an external broker', () => {
  let bench: BrokerBench;

  beforeEach(() => {
    bench = new BrokerBench();
  });

  afterEach(() => bench.clear());

  it('that speaks 3.1.1 alone is spoken to in 3.1.1, after MQTT 5 was refused', async () => {
    const { port, aedes } = await bench.serve();
    const versions: number[] = [];
    aedes.preConnect = (_client, packet, done) => {
      versions.push((packet as unknown as { protocolVersion: number }).protocolVersion);
      done(null, true);
    };
    const broker = await begin(bench.link(port));
    await connected(broker);
    expect(versions.at(-1)).toBe(4);
    expect(versions.length).toBeLessThanOrEqual(2);
  });

  it('that hangs up on MQTT 5 without a word is spoken to in 3.1.1', async () => {
    const aedes = await Aedes.createBroker();
    const attempts: number[] = [];
    const { server, stop } = await listen((socket) => {
      socket.once('data', (connect: Buffer) => {
        // CONNECT: fixed header of 2 bytes, then the name "MQTT" with its length, then the version.
        const version = connect[8]!;
        attempts.push(version);
        if (version === 5) return void socket.destroy();
        socket.unshift(connect);
        aedes.handle(socket);
      });
    });
    bench.add(() => new Promise<void>((resolve) => aedes.close(resolve)));
    bench.add(stop);
    const broker = await begin(bench.link((server.address() as AddressInfo).port));
    await connected(broker);
    expect(attempts).toEqual([5, 4]);
  });

  it('that restarts is lost, then found again and subscribed to anew', async () => {
    const server = await mosquitto();
    const heard = latch<Message>();
    const broker = await begin(bench.link(server.port), (message) => Promise.resolve(heard.open(message)));
    await connected(broker);
    const states = firstValueFrom(broker.state.pipe(first(2), toArray()));
    await server.stop();
    expect(await states).toEqual([
      { connected: true },
      { connected: false, reason: 'the broker closed the connection' },
    ]);
    await bench.serve({}, server.port);
    await connected(broker);
    await publish(server.port, 'telewire/data/a', 'x');
    expect(await heard.opened).toMatchObject({ topic: 'telewire/data/a' });
  });

  it.each([
    ['a day, under a name that comes back', 'ward-3', 86_400],
    ['five minutes, under one that nobody knows', undefined, 300],
  ])('is asked to keep the session for %s', async (_how, clientId, seconds) => {
    const said = latch<Buffer>();
    const { server, stop } = await listen((socket) => socket.once('data', (connect: Buffer) => said.open(connect)));
    bench.add(stop);
    const { port } = server.address() as AddressInfo;
    const broker = new ExternalBroker({
      url: `mqtt://127.0.0.1:${port}`,
      ...(clientId === undefined ? {} : { clientId }),
    });
    bench.add(() => broker.stop());
    await begin(broker);
    const connect = await said.opened;
    // CONNECT of MQTT 5 (3.1.2): flags, keep alive in seconds, properties: 0x11 is the session expiry interval.
    expect(connect[9]! & 0b10).toBe(0);
    expect(connect.readUInt16BE(10)).toBe(5);
    expect(connect[13]).toBe(0x11);
    expect(connect.readUInt32BE(14)).toBe(seconds);
  });

  it('of 3.1.1 is not left a session that nobody can come back to', async () => {
    const { port, aedes } = await bench.serve();
    const cleans: [string, boolean][] = [];
    aedes.preConnect = (_client, packet, done) => {
      cleans.push([packet.clientId, packet.clean === true]);
      done(null, true);
    };
    const nameless = new ExternalBroker({ url: `mqtt://127.0.0.1:${port}`, firstRetryMs: 1 });
    bench.add(() => nameless.stop());
    await connected(await begin(nameless));
    expect(cleans.at(-1)).toEqual([expect.stringMatching(/^telewire-gateway-/), true]);
    await connected(await begin(bench.link(port)));
    expect(cleans.at(-1)).toEqual(['gateway', false]);
  });

  it('that hung up on MQTT 5 once, or something before it, is spoken to in MQTT 5 again after the next loss', async () => {
    const versions: number[] = [];
    const sockets: Socket[] = [];
    const thirdAttempt = latch();
    const { server, stop } = await listen((socket) =>
      socket.on('data', (packet: Buffer) => {
        if (packet[0]! >> 4 === 1) {
          versions.push(packet[8]!);
          sockets.push(socket);
          if (versions.length === 1) return void socket.destroy();
          if (versions.length === 3) return void thirdAttempt.open();
          socket.write(Buffer.from([0x20, 2, 0, 0]));
        }
        if (packet[0]! >> 4 === 8) socket.write(Buffer.from([0x90, 3, packet[2]!, packet[3]!, 1]));
      }),
    );
    bench.add(stop);
    const broker = await begin(bench.link((server.address() as AddressInfo).port));
    await connected(broker);
    sockets.at(-1)!.destroy();
    await thirdAttempt.opened;
    expect(versions).toEqual([5, 4, 5]);
  });

  it('that let another client take our session says whose name it is', async () => {
    const { server, stop } = await listen((socket) =>
      socket.on('data', (packet: Buffer) => {
        // CONNACK, then SUBACK with the packet's identifier, then DISCONNECT 142.
        if (packet[0]! >> 4 === 1) socket.write(Buffer.from([0x20, 3, 0, 0, 0]));
        if (packet[0]! >> 4 === 8) {
          socket.write(Buffer.from([0x90, 4, packet[2]!, packet[3]!, 0, 1]));
          socket.end(Buffer.from([0xe0, 2, 142, 0]));
        }
      }),
    );
    bench.add(stop);
    const broker = await begin(bench.link((server.address() as AddressInfo).port));
    expect((await until(broker, ({ reason }) => /another client/.test(reason ?? ''))).reason).toContain(
      'MQTT_CLIENT_ID',
    );
  });

  it.each(['127.0.0.1', 'localhost'])('at %s is answered without waiting for more to send', async (host) => {
    const { port } = await bench.serve();
    const sockets = new OpenedSockets();
    await connected(await begin(bench.link(port, { url: `mqtt://${host}:${port}` })));
    sockets.close();
    // The last attempt is in the version that this broker speaks.
    const socket = sockets.dialled.at(-1)!;
    expect([socket.remotePort, sendsAtOnce(socket)]).toEqual([port, true]);
  });

  it('that is not there is named as such, and tried again and again', async () => {
    const gone = await mosquitto();
    await gone.stop();
    const broker = await begin(bench.link(gone.port));
    const states = await firstValueFrom(broker.state.pipe(first(4), toArray()));
    expect(states).toEqual([
      { connected: false, reason: 'connecting' },
      ...Array<BrokerState>(3).fill({ connected: false, reason: 'nothing listens at its address' }),
    ]);
    await bench.serve({}, gone.port);
    await connected(broker);
  });

  it('that does not know the user says so', async () => {
    const authenticate: AedesOptions['authenticate'] = (_client, username, password, done) =>
      done(null, username === 'u' && password?.toString() === 'right');
    const { port } = await bench.serve({ authenticate });
    const wrong = await begin(bench.link(port, { username: 'u', password: 'wrong' }));
    expect(await until(wrong, ({ reason }) => /password/.test(reason ?? ''))).toEqual({
      connected: false,
      reason: 'it refuses the user name or password',
    });
    await connected(await begin(bench.link(port, { username: 'u', password: 'right' })));
    await connected(await begin(bench.link(port, { url: `mqtt://u:r%69ght@127.0.0.1:${port}`, clientId: 'another' })));
  });

  it('that grants no subscription says so', async () => {
    const { port } = await bench.serve({ authorizeSubscribe: (_client, _subscription, done) => done(null, null) });
    const broker = await begin(bench.link(port));
    expect(await until(broker, ({ reason }) => /subscription/.test(reason ?? ''))).toEqual({
      connected: false,
      reason: 'the broker refuses a subscription to telewire/#',
    });
  });

  it('is left for good when it is stopped, also in the middle of trying', async () => {
    const { port, aedes } = await bench.serve();
    const broker = await begin(bench.link(port));
    await connected(broker);
    const left = once(aedes, 'clientDisconnect');
    await broker.stop();
    await left;
    expect(await firstValueFrom(broker.state)).toEqual({ connected: false, reason: 'stopped' });
    const never = bench.link(1);
    await begin(never);
    await never.stop();
    expect(await firstValueFrom(never.state)).toEqual({ connected: false, reason: 'stopped' });
  });
});
