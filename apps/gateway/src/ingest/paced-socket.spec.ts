import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { listen } from '../testing/broker-bench.js';
import { TLS_CERTIFICATE } from '../testing/tls-certificate.js';
import { PacedSocket } from './paced-socket.js';

const PACE_MS = 17;

describe('a paced socket', () => {
  const cleanUp: (() => unknown)[] = [];
  let clock: VirtualTimeScheduler;
  let port: number;
  let accepted: Promise<Socket>;
  let heard: string[];

  beforeEach(async () => {
    clock = new VirtualTimeScheduler();
    heard = [];
    let accept: (socket: Socket) => void;
    accepted = new Promise((resolve) => (accept = resolve));
    const { server, stop } = await listen((socket) => accept(socket));
    cleanUp.push(stop);
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(async () => {
    for (const step of cleanUp.splice(0).reverse()) await step();
  });

  const open = (to = { host: '127.0.0.1', port, secure: false }) => {
    const socket = new PacedSocket(to, PACE_MS, clock);
    cleanUp.push(() => socket.destroy());
    return socket;
  };
  const listening = () => {
    const socket = open();
    socket.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
    return socket;
  };
  const passBy = (ms: number) => {
    clock.maxFrames = clock.frame + ms;
    clock.flush();
    clock.frame = clock.maxFrames;
  };
  /** What is on its way has come by then, where anybody takes it. */
  const roundTrips = async () => {
    const { server, stop } = await listen((socket) => socket.pipe(socket));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    for (let i = 0; i < 20; i++) {
      socket.write('x');
      await once(socket, 'data');
    }
    socket.destroy();
    await stop();
  };
  const say = async (peer: Socket, text: string) => {
    await new Promise((resolve) => peer.write(text, resolve));
    await roundTrips();
  };

  it('hears at once what comes after a rest, and what comes soon after that all at once', async () => {
    listening();
    const peer = await accepted;
    await say(peer, 'a');
    expect(heard).toEqual(['a']);
    for (const text of ['b', 'c', 'd']) await say(peer, text);
    expect(heard).toEqual(['a']);
    passBy(PACE_MS);
    await roundTrips();
    expect(heard).toEqual(['a', 'bcd']);
    passBy(PACE_MS);
    await say(peer, 'e');
    expect(heard).toEqual(['a', 'bcd', 'e']);
  });

  it('waits no longer when it is hurried', async () => {
    const socket = listening();
    const peer = await accepted;
    await say(peer, 'a');
    await say(peer, 'b');
    socket.hurry();
    await roundTrips();
    expect(heard).toEqual(['a', 'b']);
  });

  it('with no pace reads all as it comes', async () => {
    const socket = new PacedSocket({ host: '127.0.0.1', port, secure: false }, 0, clock);
    cleanUp.push(() => socket.destroy());
    socket.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
    const peer = await accepted;
    for (const text of ['a', 'b', 'c']) await say(peer, text);
    expect(heard).toEqual(['a', 'b', 'c']);
  });

  it('goes on where it is hurried in the turn in which it has read', async () => {
    const socket = listening();
    socket.on('data', () => process.nextTick(() => process.nextTick(() => socket.hurry())));
    const peer = await accepted;
    for (const text of ['a', 'b', 'c']) await say(peer, text);
    expect(heard).toEqual(['a', 'b', 'c']);
  });

  const MUCH = Buffer.alloc(16 * 1024 * 1024);
  /** How often the pace was waited for until all of it was read. */
  const beatsOf = async (socket: PacedSocket) => {
    let length = 0;
    socket.on('data', (chunk: Buffer) => (length += chunk.length));
    let beats = 0;
    for (; length < MUCH.length; beats++) {
      await roundTrips();
      passBy(PACE_MS);
    }
    return beats;
  };

  it('does not wait for its pace with each buffer of what is more than one holds', async () => {
    const socket = open();
    (await accepted).write(MUCH);
    expect(await beatsOf(socket)).toBeLessThan(MUCH.length / 65_536);
  });

  it('reads no more than a little ahead of whoever does not take it', async () => {
    const socket = open();
    socket.once('readable', () => undefined);
    const peer = await accepted;
    peer.write(Buffer.alloc(8 * 1024 * 1024));
    for (let i = 0; i < 20; i++) {
      passBy(PACE_MS);
      await roundTrips();
    }
    expect(socket.readableLength).toBeGreaterThan(0);
    expect(socket.readableLength).toBeLessThanOrEqual(128 * 1024);
  });

  it('sends what is written to it, also what is written together', async () => {
    const socket = listening();
    const peer = await accepted;
    socket.cork();
    for (const text of ['a', 'b', 'c']) socket.write(text);
    socket.uncork();
    socket.end('d');
    let text = '';
    for await (const chunk of peer) text += String(chunk);
    expect(text).toBe('abcd');
  });

  it('still hands over what was said before an orderly end, and ends then', async () => {
    const socket = listening();
    const peer = await accepted;
    await say(peer, 'a');
    socket.pause();
    peer.end('goodbye');
    // The end is read after what was said before it.
    for (let i = 0; i < 3; i++) {
      passBy(PACE_MS);
      await roundTrips();
    }
    const closed = once(socket, 'close');
    socket.resume();
    await closed;
    expect(heard.join('')).toBe('agoodbye');
  });

  it('ends with the connection, however it ends', async () => {
    const socket = listening();
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    (await accepted).resetAndDestroy();
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  it('says why there is no connection', async () => {
    const { server, stop } = await listen(() => undefined);
    const gone = (server.address() as AddressInfo).port;
    await stop();
    const [error] = (await once(open({ host: '127.0.0.1', port: gone, secure: false }), 'error')) as [Error];
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  describe('over TLS', () => {
    let securePort: number;

    beforeEach(async () => {
      const server = createTlsServer(TLS_CERTIFICATE, (socket) => {
        socket.on('error', () => undefined);
        socket.pipe(socket);
      }).listen(0, '127.0.0.1');
      server.on('tlsClientError', () => undefined);
      await once(server, 'listening');
      cleanUp.push(() => server.close());
      ({ port: securePort } = server.address() as AddressInfo);
    });

    const trust = () => {
      const trusted = getCACertificates();
      cleanUp.push(() => setDefaultCACertificates(trusted));
      setDefaultCACertificates([TLS_CERTIFICATE.cert]);
      return open({ host: 'localhost', port: securePort, secure: true });
    };

    it('does not wait for its pace with each record', async () => {
      const socket = trust();
      socket.write(MUCH);
      expect(await beatsOf(socket)).toBeLessThan(MUCH.length / 65_536);
    });

    it('speaks with whom it trusts', async () => {
      const socket = trust();
      socket.write('hello');
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      expect(chunk.toString()).toBe('hello');
    });

    it('does not speak with anybody else', async () => {
      const [error] = (await once(open({ host: 'localhost', port: securePort, secure: true }), 'error')) as [Error];
      expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    });
  });
});
