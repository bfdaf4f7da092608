import { describe, expect, it } from '@jest/globals';
import type { Draft } from './draft.js';
import { FrameReader } from './frame-reader.js';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

interface Read {
  readonly frames: { title: string; text: string; faults: string[]; fields: Record<string, string> }[];
  readonly kinds: string[];
  readonly total: { header: number; body: number };
}

function read(from: 'client' | 'gateway', ...pieces: Buffer[]): Read {
  const frames: Read['frames'] = [];
  const kinds: string[] = [];
  const total = { header: 0, body: 0 };
  let closings = 0;
  const reader = new FrameReader(from, {
    counted: (header, body) => {
      total.header += header;
      total.body += body;
    },
    shown: ({ title, text, faults, fields }: Draft, kind) => {
      frames.push({ title, text, faults, fields: Object.fromEntries(fields) });
      kinds.push(kind);
    },
    closing: () => closings++ === 0,
  });
  for (const piece of pieces) expect(reader.push(piece)).toBe(piece.length);
  reader.end();
  return { frames, kinds, total };
}

const faultsOf = (from: 'client' | 'gateway', ...hex: string[]) =>
  read(from, ...hex.map(bytes)).frames.map(({ faults }) => faults);

describe('the examples of RFC 6455 §5.7', () => {
  it('an unmasked text message', () => {
    const { frames, total } = read('gateway', bytes('81 05 48 65 6c 6c 6f'));
    const fields = { FIN: '1', RSV: '000', opcode: '0x1 text', mask: 'none', length: '5' };
    expect(frames).toEqual([{ title: 'text', text: 'Hello', faults: [], fields }]);
    expect(total).toEqual({ header: 2, body: 5 });
  });

  it('a masked text message', () => {
    const { frames, total } = read('client', bytes('81 85 37 fa 21 3d 7f 9f 4d 51 58'));
    expect(frames).toMatchObject([{ title: 'text', text: 'Hello', faults: [], fields: { mask: '37fa213d' } }]);
    expect(total).toEqual({ header: 6, body: 5 });
  });

  it('a fragmented unmasked text message', () => {
    const { frames } = read('gateway', bytes('01 03 48 65 6c'), bytes('80 02 6c 6f'));
    expect(frames).toMatchObject([
      { title: 'text, more follows', text: 'Hel', faults: [], fields: { FIN: '0' } },
      { title: 'continuation, the last', text: 'lo', faults: [], fields: { FIN: '1', opcode: '0x0 continuation' } },
    ]);
  });

  it('a ping and its masked pong', () => {
    const ping = read('gateway', bytes('89 05 48 65 6c 6c 6f'));
    expect(ping.frames).toMatchObject([{ title: 'ping', text: 'Hello', faults: [] }]);
    expect(ping.total).toEqual({ header: 7, body: 0 });
    const pong = read('client', bytes('8a 85 37 fa 21 3d 7f 9f 4d 51 58'));
    expect(pong.frames).toMatchObject([{ title: 'pong', text: 'Hello', faults: [] }]);
  });

  it('256 bytes and 64 KiB of binary data', () => {
    const { frames, total } = read(
      'gateway',
      Buffer.concat([bytes('82 7e 01 00'), Buffer.alloc(256, 0xff)]),
      Buffer.concat([bytes('82 7f 00 00 00 00 00 01 00 00'), Buffer.alloc(65_536, 0xff)]),
    );
    expect(frames).toMatchObject([
      { title: 'binary', text: '', faults: [], fields: { length: '256' } },
      { title: 'binary', text: '', faults: [], fields: { length: '65536' } },
    ]);
    expect(total).toEqual({ header: 14, body: 256 + 65_536 });
  });
});

describe('a control frame between fragments', () => {
  it('is no part of their message (RFC 6455 §5.4)', () => {
    // A euro sign over both fragments, and a ping between them.
    const { frames } = read('gateway', bytes('01 02 e2 82'), bytes('89 00'), bytes('80 01 ac'));
    expect(frames.map(({ title }) => title)).toEqual(['text, more follows', 'ping', 'continuation, the last']);
    expect(frames.flatMap(({ faults }) => faults)).toEqual([]);
  });
});

describe('a close frame', () => {
  it.each([
    ['88 02 03 e8', 'close 1000', ''],
    ['88 0a 03 e9 73 74 6f 70 70 69 6e 67', 'close 1001', 'stopping'],
    ['88 05 03 f0 62 61 64', 'close 1008', 'bad'],
    ['88 02 03 f1', 'close 1009', ''],
    ['88 02 11 30', 'close 4400', ''],
    ['88 00', 'close', ''],
  ])('%s is %s', (hex, title, reason) => {
    const { frames } = read('gateway', bytes(hex));
    expect(frames).toMatchObject([{ title, text: reason, faults: [], fields: { closing: 'begun by the gateway' } }]);
  });

  it.each([
    ['88 01 03', 'a close code of one byte (RFC 6455 §5.5.1)'],
    ['88 02 00 00', '0 is no code for a close frame (RFC 6455 §7.4)'],
    ['88 02 03 e7', '999 is no code for a close frame (RFC 6455 §7.4)'],
    ['88 02 03 ec', '1004 is no code for a close frame (RFC 6455 §7.4)'],
    ['88 02 03 ed', '1005 is no code for a close frame (RFC 6455 §7.4)'],
    ['88 02 03 ee', '1006 is no code for a close frame (RFC 6455 §7.4)'],
    ['88 02 03 f7', '1015 is no code for a close frame (RFC 6455 §7.4)'],
    ['88 02 0b b7', '2999 is no code for a close frame (RFC 6455 §7.4)'],
    ['88 02 13 88', '5000 is no code for a close frame (RFC 6455 §7.4)'],
    ['88 03 03 e8 ff', 'a reason that is not UTF-8 (RFC 6455 §5.5.1)'],
  ])('%s has the fault: %s', (hex, fault) => {
    expect(faultsOf('gateway', hex)).toEqual([[fault]]);
  });

  it('is the last', () => {
    expect(faultsOf('gateway', '88 00', '81 00', '88 00')).toEqual([
      [],
      ['a frame after the close frame (RFC 6455 §5.5.1)'],
      ['a second close frame (RFC 6455 §5.5.1)'],
    ]);
  });
});

describe('a frame that breaks a rule', () => {
  it.each([
    ['gateway', '91 00', ['a reserved bit is set (RFC 6455 §5.2)']],
    ['gateway', 'a1 00', ['a reserved bit is set (RFC 6455 §5.2)']],
    ['gateway', 'c1 00', ['a reserved bit is set (RFC 6455 §5.2)']],
    ['gateway', '83 00', ['a reserved opcode (RFC 6455 §5.2)']],
    ['gateway', '8b 00', ['a reserved opcode (RFC 6455 §5.2)']],
    ['client', '81 01 61', ['a client must mask its frames (RFC 6455 §5.1)']],
    ['gateway', '81 81 00 00 00 00 61', ['a server must not mask its frames (RFC 6455 §5.1)']],
    ['gateway', '09 00', ['a control frame in fragments (RFC 6455 §5.5)']],
    ['gateway', `89 7e 00 7e ${'61'.repeat(126)}`, ['a control frame of more than 125 bytes (RFC 6455 §5.5)']],
    ['gateway', '80 00', ['a continuation of nothing (RFC 6455 §5.4)']],
    ['gateway', '82 7e 00 01 61', ['a length in more bytes than it needs (RFC 6455 §5.2)']],
    ['gateway', '82 7f 00 00 00 00 00 00 00 01 61', ['a length in more bytes than it needs (RFC 6455 §5.2)']],
    ['gateway', '81 02 c3 28', ['text that is not UTF-8 (RFC 6455 §8.1)']],
    ['gateway', '81 01 c3', ['text that is not UTF-8 (RFC 6455 §8.1)']],
    ['gateway', '81 03 ed a0 80', ['text that is not UTF-8 (RFC 6455 §8.1)']],
    ['gateway', '81 02 c0 80', ['text that is not UTF-8 (RFC 6455 §8.1)']],
    ['gateway', '81 04 f4 90 80 80', ['text that is not UTF-8 (RFC 6455 §8.1)']],
  ] as const)('of the %s: %s', (from, hex, faults) => {
    const { frames, kinds } = read(from, bytes(hex), bytes(from === 'client' ? '8a 80 00 00 00 00' : '8a 00'));
    expect(frames.map((frame) => frame.faults)).toEqual([faults, []]);
    expect(kinds).toEqual(['frame', 'frame']);
  });

  it('by beginning a message within another', () => {
    expect(faultsOf('gateway', '01 01 61', '82 01 62')[1]).toEqual([
      'a new message before the last one ended (RFC 6455 §5.4)',
    ]);
  });

  it('by text that goes wrong in one of its fragments, which is named', () => {
    expect(faultsOf('gateway', '01 01 61', '00 01 ff', '80 01 62')).toEqual([
      [],
      ['text that is not UTF-8 (RFC 6455 §8.1)'],
      [],
    ]);
  });

  it('by a length that nothing has ends what can be understood', () => {
    const { frames, kinds, total } = read(
      'gateway',
      bytes('82 ff ff 00 00 00 00 00 00 00 00 00 00 00'),
      bytes('81 00'),
    );
    expect(kinds).toEqual(['broken']);
    expect(frames[0]!.faults).toContain('a length whose highest bit is set (RFC 6455 §5.2)');
    expect(total).toEqual({ header: 16, body: 0 });
  });

  it('by ending within it', () => {
    const { kinds, frames } = read('gateway', bytes('81 05 48 65'));
    expect(kinds).toEqual(['broken']);
    expect(frames[0]!.faults).toEqual(['ended in the middle of a frame (RFC 6455 §7.1.7)']);
  });
});
