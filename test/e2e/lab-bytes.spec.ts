import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WebSocket } from 'ws';
import type { LabLane, LabTally } from '@telewire/protocol';
import { laneOf } from '../../apps/gateway/src/lab/lane.js';
import { eventually } from '../support/eventually.js';
import { type TestGateway, testGateway } from '../support/gateway.js';
import { send, textOf } from '../support/http-request.js';
import { LabClient } from '../support/lab-client.js';
import { describeWithCapture, PacketCapture } from '../support/packet-capture.js';
import { connectionsIn } from '../support/pcap.js';

jest.setTimeout(120_000);

const STREAMS = { websocket: '/api/v1/socket', 'http-stream': '/api/v1/stream', sse: '/api/v1/events' } as const;
const POLLS = 40;

describeWithCapture('the bytes that the lab counts', () => {
  let gateway: TestGateway;
  let lab: LabClient;
  let capture: PacketCapture;
  const ending: (() => void)[] = [];

  beforeEach(async () => {
    // So quiet that nothing is said between two looks.
    gateway = await testGateway({ LAB: 'on', HEARTBEAT_MS: '60000' });
    lab = await LabClient.open(gateway.url);
    capture = await PacketCapture.start(lab.opened.port);
  });

  afterEach(async () => {
    for (const end of ending.splice(0)) end();
    await capture?.stop();
    lab?.leave();
    await gateway?.stop();
  });

  /** A stream of the session's series that stays open. */
  async function open(lane: keyof typeof STREAMS): Promise<void> {
    const url = `${lab.url}${STREAMS[lane]}?filter=${lab.series}`;
    if (lane !== 'websocket') {
      const { request, response } = send(url);
      (await response).resume().on('error', () => undefined);
      ending.push(() => request.destroy());
      return;
    }
    const socket = new WebSocket(url.replace('http', 'ws'));
    socket.on('message', (data: Buffer) => {
      // Bytes up, too.
      if (data.includes('"readings"')) socket.ping(data.subarray(0, 100));
    });
    socket.on('error', () => undefined);
    ending.push(() => socket.terminate());
    await new Promise((resolve) => socket.once('open', resolve));
  }

  /** So many questions, one after the other, each answered to its end. */
  async function ask(wait: string): Promise<void> {
    for (let i = 0; i < POLLS; i++)
      await textOf(await send(`${lab.url}/api/v1/readings?filter=${lab.series}${wait}`).response);
  }

  /** What the segments of a lane's connections carried, by their sequence numbers. */
  const captured = (lane: LabLane) => {
    const own = capture.connections().filter(({ start }) => {
      const [method = '', target = ''] = start.split(' ', 2);
      return laneOf(method, target) === lane;
    });
    const sumOf = (way: 'up' | 'down') => own.reduce((sum, each) => sum + each[way], 0);
    return { connections: own.length, up: sumOf('up'), down: sumOf('down') };
  };
  const counted = ({ connections, up, down }: LabTally) => ({
    connections,
    up: up.header + up.body,
    down: down.header + down.body,
  });
  const tallied = async (lane: LabLane) => counted((await lab.next('tally')).lanes[lane]!);

  it('are those of a packet capture, to the byte, on every transport', async () => {
    await Promise.all((Object.keys(STREAMS) as (keyof typeof STREAMS)[]).map(open));
    await lab.change({ rateHz: 500 });
    await Promise.all([ask('&wait=1'), ask('')]);
    await lab.next('tally', ({ lanes }) => lanes.websocket!.down.body > 50_000);
    await lab.change({ rateHz: 0 });
    for (const lane of ['websocket', 'http-stream', 'sse', 'long-poll', 'poll'] as const) {
      const seen = await eventually(async () => {
        const seen = captured(lane);
        expect({ lane, ...(await tallied(lane)) }).toEqual({ lane, ...seen });
        return seen;
      });
      expect(seen.connections).toBe(lane in STREAMS ? 1 : POLLS);
      expect(seen.down).toBeGreaterThan(10_000);
      expect(seen.up).toBeGreaterThan(lane === 'http-stream' || lane === 'sse' ? 50 : 1_000);
    }
  });

  it('are so within 1 % when the line is slow and late, and cut', async () => {
    await lab.change({ weather: { delayMs: 20, jitterMs: 20, kilobitsPerSecond: 2_000 }, rateHz: 500 });
    await Promise.all((Object.keys(STREAMS) as (keyof typeof STREAMS)[]).map(open));
    await ask('');
    // Each is cut in the middle of what it carries.
    await lab.change({ weather: { delayMs: 20, jitterMs: 20, kilobitsPerSecond: 2_000, cutEveryS: 1 } });
    await eventually(async () => expect((await lab.next('tally')).http).toBe(0));
    for (const lane of ['websocket', 'http-stream', 'sse', 'poll'] as const)
      await eventually(async () => {
        const [seen, told] = [captured(lane), await tallied(lane)];
        for (const way of ['connections', 'up', 'down'] as const) {
          const off = Math.abs(told[way] - seen[way]) / seen[way];
          expect({ lane, way, off: off < 0.01 ? 'within 1 %' : off }).toEqual({ lane, way, off: 'within 1 %' });
        }
      });
  });
});

describe('a capture file', () => {
  const u16 = (value: number) => [value >> 8, value & 255];
  const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];
  /** A segment between ports 9 and 80 with a TCP header of 24 bytes. */
  const tcp = (up: boolean, seq: number, flags: number, text = '') =>
    Buffer.concat([
      Buffer.from([
        ...u16(up ? 9 : 80),
        ...u16(up ? 80 : 9),
        ...u32(seq),
        ...u32(0),
        0x60,
        flags,
        ...Array(10).fill(0),
      ]),
      Buffer.from(text),
    ]);
  const ipv4 = (content: Buffer, protocol = 6) =>
    Buffer.concat([
      Buffer.from([0x45, 0, ...u16(20 + content.length), ...u32(0), 64, protocol, ...Array(10).fill(0)]),
      content,
    ]);
  const ipv6 = (content: Buffer) =>
    Buffer.concat([Buffer.from([0x60, 0, 0, 0, ...u16(content.length), 6, 64, ...Array(32).fill(0)]), content]);
  const fileOf = (link: number, linkBytes: number, packets: readonly Buffer[], snap = 65_535) => {
    const head = Buffer.alloc(24);
    head.writeUInt32LE(0xa1b2c3d4, 0);
    head.writeUInt32LE(link, 20);
    const records = packets.flatMap((packet) => {
      const record = Buffer.alloc(16 + linkBytes);
      const kept = packet.subarray(0, snap);
      record.writeUInt32LE(linkBytes + kept.length, 8);
      record.writeUInt32LE(linkBytes + packet.length, 12);
      return [record, kept];
    });
    return Buffer.concat([head, ...records]);
  };
  const packets = (ip: (content: Buffer) => Buffer) => [
    ip(tcp(true, 5, 0x10, 'of a connection from before')),
    ip(tcp(true, 0xffff_fffe, 0x02)),
    ip(tcp(false, 100, 0x12)),
    ip(tcp(true, 0xffff_ffff, 0x18, 'GET /')),
    ip(tcp(true, 0xffff_ffff, 0x18, 'GET /')),
    ip(tcp(true, 4, 0x18, ' HTTP')),
    ip(tcp(false, 104, 0x18, 'late')),
    ip(tcp(false, 101, 0x18, 'abc')),
    ip(tcp(false, 108, 0x11)),
  ];

  it.each([
    ['Ethernet', 1, 14, ipv4],
    ['Linux cooked', 113, 16, ipv6],
    ['Linux cooked, version 2', 276, 20, ipv4],
    ['BSD loopback', 0, 4, ipv6],
  ] as const)('of %s has what each connection carried, sent again or not', (_name, link, bytes, ip) => {
    const carried = [{ client: 9, up: 10, down: 7, start: 'GET /' }];
    const file = fileOf(link, bytes, [ipv4(Buffer.alloc(8), 17), ...packets(ip)]);
    expect(connectionsIn(file, 80)).toEqual(carried);
    expect(connectionsIn(fileOf(link, bytes, packets(ip), 66), 80)).toMatchObject([{ up: 10, down: 7 }]);
    // What is not yet whole is not looked at.
    expect(connectionsIn(file.subarray(0, -1), 80)).toEqual(carried);
    expect(connectionsIn(file.subarray(0, 30), 80)).toEqual([]);
  });

  it('of a link that is not known is refused', () => {
    expect(() => connectionsIn(fileOf(147, 0, []), 80)).toThrow('link type 147');
  });
});
