import { describe, expect, it } from '@jest/globals';
import { formatCursor } from '@telewire/protocol';
import { AGED_MS, AGED_WINDOW_BYTES, Window, WINDOW_BYTES } from './window.js';

let time = 0;
const now = () => time;

const cursor = (seq: number) => formatCursor({ epoch: 'abcdefgh', seq });
const frame = (id: string, seq: number, bytes = WINDOW_BYTES / 2) => ({
  type: 'readings' as const,
  id,
  cursor: cursor(seq),
  bytes: Buffer.alloc(bytes),
});

describe('the window of a client', () => {
  it('is open until the first acknowledgement', () => {
    const window = new Window(now);
    for (let seq = 1; seq < 100; seq++) window.sent(frame('a', seq));
    expect(window.hasRoom).toBe(true);
    window.acknowledge({});
    expect(window.hasRoom).toBe(true);
  });

  it('closes when it is full, and opens when a cursor at or behind a frame is acknowledged', () => {
    const window = new Window(now);
    window.acknowledge({});
    window.sent(frame('a', 5));
    window.sent(frame('b', 5));
    expect(window.hasRoom).toBe(false);
    window.acknowledge({ a: cursor(4) });
    expect(window.hasRoom).toBe(false);
    window.acknowledge({ a: cursor(7), unknown: cursor(9) });
    expect(window.hasRoom).toBe(true);
  });

  it('narrows while its oldest frame is old, and widens when that has been acknowledged', () => {
    const window = new Window(now);
    window.acknowledge({});
    window.sent(frame('a', 5, AGED_WINDOW_BYTES - 1));
    time += AGED_MS / 2;
    window.sent(frame('b', 6, AGED_WINDOW_BYTES));
    expect(window.hasRoom).toBe(true);
    time += AGED_MS / 2;
    expect(window.hasRoom).toBe(false);
    window.acknowledge({ a: cursor(5) });
    expect(window.hasRoom).toBe(true);
    time += AGED_MS / 2;
    expect(window.hasRoom).toBe(false);
    window.acknowledge({ b: cursor(6) });
    window.sent(frame('a', 7, AGED_WINDOW_BYTES - 1));
    // So little may be under way for as long as it takes: a page whose timers are throttled acknowledges late.
    time += 60 * AGED_MS;
    expect(window.hasRoom).toBe(true);
  });

  it('does not wait for frames of a subscription that has ended', () => {
    const window = new Window(now);
    window.acknowledge({});
    window.sent(frame('a', 5, WINDOW_BYTES));
    window.forget('a');
    expect(window.hasRoom).toBe(true);
  });

  it('takes no cursor that no gateway made', () => {
    expect(() => new Window(now).acknowledge({ a: 'x' })).toThrow(/not a cursor/);
  });
});
