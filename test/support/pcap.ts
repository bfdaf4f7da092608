/** What one TCP connection has carried, by the sequence numbers of its segments: bytes sent again count once. */
export interface Carried {
  /** The port of the end that opened it. */
  readonly client: number;
  up: number;
  down: number;
  /** How what went up began, as far as it was captured. */
  readonly start: string;
}

interface Segment {
  readonly from: number;
  readonly to: number;
  readonly seq: number;
  readonly syn: boolean;
  readonly bytes: number;
  readonly head: Buffer;
}

// https://www.tcpdump.org/linktypes.html: BSD loopback, Ethernet, Linux cooked v1 and v2.
const LINK_BYTES: Readonly<Record<number, number>> = { 0: 4, 1: 14, 113: 16, 276: 20 };
const FILE_BYTES = 24;
const RECORD_BYTES = 16;
const SYN = 0x02;

/** Every connection to `port` in a capture file (draft-ietf-opsawg-pcap §4), which may still grow at its end. */
export function connectionsIn(file: Buffer, port: number): Carried[] {
  const found = new Map<number, Carried & { upFrom: number; downFrom: number; start: string }>();
  for (const { from, to, seq, syn, bytes, head } of segmentsIn(file)) {
    const up = to === port;
    const client = up ? from : to;
    if (syn && up) found.set(client, { client, up: 0, down: 0, start: '', upFrom: seq + 1, downFrom: 0 });
    const connection = found.get(client);
    if (!connection) continue; // was opened before the capture began
    if (syn && !up) connection.downFrom = seq + 1;
    if (bytes === 0) continue;
    // Sequence numbers wrap at 32 bits (RFC 9293 §3.4).
    if (up) connection.up = Math.max(connection.up, (seq - connection.upFrom + bytes) | 0);
    else connection.down = Math.max(connection.down, (seq - connection.downFrom + bytes) | 0);
    if (up && connection.start === '') connection.start = head.toString('latin1');
  }
  return [...found.values()].map(({ client, up, down, start }) => ({ client, up, down, start }));
}

function* segmentsIn(file: Buffer): Generator<Segment> {
  if (file.length < FILE_BYTES) return;
  const little = file[0] !== 0xa1;
  const u32 = (at: number) => (little ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const link = LINK_BYTES[u32(20) & 0xffff];
  if (link === undefined) throw new Error(`link type ${u32(20)} is not known here`);
  for (let at = FILE_BYTES; at + RECORD_BYTES <= file.length;) {
    const captured = u32(at + 8);
    const packet = file.subarray(at + RECORD_BYTES + link, at + RECORD_BYTES + captured);
    at += RECORD_BYTES + captured;
    if (at > file.length) return;
    const segment = segmentOf(packet);
    if (segment) yield segment;
  }
}

/** The TCP segment in an IP packet (RFC 791 §3.1, RFC 8200 §3), of which the end may not have been captured. */
function segmentOf(packet: Buffer): Segment | undefined {
  const four = packet[0]! >> 4 === 4;
  if (packet[four ? 9 : 6] !== 6) return undefined;
  const ip = four ? (packet[0]! & 15) * 4 : 40;
  const total = four ? packet.readUInt16BE(2) : 40 + packet.readUInt16BE(4);
  const content = ip + (packet[ip + 12]! >> 4) * 4;
  return {
    from: packet.readUInt16BE(ip),
    to: packet.readUInt16BE(ip + 2),
    seq: packet.readUInt32BE(ip + 4),
    syn: (packet[ip + 13]! & SYN) !== 0,
    bytes: total - content,
    head: packet.subarray(content),
  };
}
