import { describe, expect, it } from '@jest/globals';
import { formatCursor } from '@telewire/protocol';
import { AGED_MS, NARROW_WINDOW_BYTES, Window, WINDOW_BYTES } from './window.js';

let time = 0;
const now = () => time;

const cursor = (seq: number) => formatCursor({ epoch: 'abcdefgh', seq });
const frame = (id: string, seq: number, bytes = WINDOW_BYTES / 2) => ({
  type: 'readings' as const,
  id,
  cursor: cursor(seq),
  bytes: Buffer.alloc(bytes),
});

/** A window that has grown as wide as it gets. */
function wide(): Window {
  const window = new Window(now);
  window.acknowledge({});
  window.sent(frame('w', 1, WINDOW_BYTES));
  window.acknowledge({ w: cursor(1) });
  return window;
}

describe('the window of a client', () => {
  it('is open until the first acknowledgement', () => {
    const window = new Window(now);
    for (let seq = 1; seq < 100; seq++) window.sent(frame('a', seq));
    expect(window.hasRoom).toBe(true);
    window.acknowledge({});
    expect(window.hasRoom).toBe(true);
  });

  it('is narrow at first, and grows by what is acknowledged in time', () => {
    const window = new Window(now);
    window.acknowledge({});
    const roomFor = () => {
      let bytes = 0;
      for (let seq = 2; window.hasRoom; seq++, bytes += 1024) window.sent(frame('a', seq, 1024));
      window.acknowledge({ a: cursor(WINDOW_BYTES) });
      return bytes / 1024;
    };
    expect([1, 2, 3, 4, 5, 6].map(roomFor)).toEqual([4, 8, 16, 32, 64, 64]);
  });

  it('does not grow by what is acknowledged late', () => {
    const window = new Window(now);
    window.acknowledge({});
    window.sent(frame('a', 5, WINDOW_BYTES));
    time += AGED_MS;
    window.acknowledge({ a: cursor(5) });
    window.sent(frame('a', 6, NARROW_WINDOW_BYTES));
    expect(window.hasRoom).toBe(false);
  });

  it('closes when it is full, and opens when a cursor at or behind a frame is acknowledged', () => {
    const window = wide();
    window.sent(frame('a', 5));
    window.sent(frame('b', 5));
    expect(window.hasRoom).toBe(false);
    window.acknowledge({ a: cursor(4) });
    expect(window.hasRoom).toBe(false);
    window.acknowledge({ a: cursor(7), unknown: cursor(9) });
    expect(window.hasRoom).toBe(true);
  });

  it('narrows when its oldest frame is old, and stays narrow until it has grown again', () => {
    const window = wide();
    window.sent(frame('a', 5, NARROW_WINDOW_BYTES));
    time += AGED_MS - 1;
    expect(window.hasRoom).toBe(true);
    time += 1;
    expect(window.hasRoom).toBe(false);
    window.acknowledge({ a: cursor(5) });
    window.sent(frame('a', 6, NARROW_WINDOW_BYTES));
    expect(window.hasRoom).toBe(false);
    window.acknowledge({ a: cursor(6) });
    window.sent(frame('a', 7, NARROW_WINDOW_BYTES));
    expect(window.hasRoom).toBe(true);
  });

  it('lets so much be under way for as long as it takes: a page whose timers are throttled acknowledges late', () => {
    const window = wide();
    window.sent(frame('a', 7, NARROW_WINDOW_BYTES - 1));
    time += 60 * AGED_MS;
    expect(window.hasRoom).toBe(true);
  });

  it('does not wait for heartbeats, which nobody acknowledges, also where they have the cursor of a sole subscription', () => {
    const window = wide();
    const { id: _, ...beat } = { ...frame('', 5, WINDOW_BYTES), type: 'heartbeat' as const };
    window.sent(beat);
    expect(window.hasRoom).toBe(true);
  });

  it('does not wait for frames of a subscription that has ended', () => {
    const window = wide();
    window.sent(frame('a', 5, WINDOW_BYTES));
    window.forget('a');
    expect(window.hasRoom).toBe(true);
  });

  it('takes no cursor that no gateway made', () => {
    expect(() => new Window(now).acknowledge({ a: 'x' })).toThrow(/not a cursor/);
  });
});
