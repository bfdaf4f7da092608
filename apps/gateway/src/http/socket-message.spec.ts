import { describe, expect, it } from '@jest/globals';
import type { Writable } from 'node:stream';
import * as ws from 'ws';
import { socketMessage } from './socket-message.js';

// Which its types leave out.
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

const read = (message: Buffer): Promise<{ readonly data: Buffer; readonly isBinary: boolean }> =>
  new Promise((resolve, reject) => {
    const receiver = new Receiver({ isServer: false });
    receiver.on('message', (data: Buffer, isBinary: boolean) => resolve({ data, isBinary }));
    receiver.on('error', reject);
    receiver.write(message);
  });

describe('a frame as a WebSocket message', () => {
  it.each([1, 125, 126, 65_535, 65_536, 200_000])('is read by ws as it was, at a length of %i', async (length) => {
    const bytes = new TextEncoder().encode('x'.repeat(length));
    const { data, isBinary } = await read(socketMessage({ type: 'readings', bytes }, 'text'));
    expect(data.equals(bytes)).toBe(true);
    expect(isBinary).toBe(false);
  });

  it('is binary where that is asked for', async () => {
    expect((await read(socketMessage({ type: 'readings', bytes: Uint8Array.of(0xff) }, 'binary'))).isBinary).toBe(true);
  });

  it('is made once', () => {
    const frame = { type: 'readings', bytes: Uint8Array.of(1) } as const;
    expect(socketMessage(frame, 'text')).toBe(socketMessage(frame, 'text'));
  });
});
