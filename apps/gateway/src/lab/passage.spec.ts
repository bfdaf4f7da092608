import { beforeEach, describe, expect, it } from '@jest/globals';
import { CALM, type LabWeather } from '@telewire/protocol';
import { TestClock } from '../testing/hub-bench.js';
import { randomOf } from '../testing/seeded-random.js';
import { MAX_WAITING_BYTES, Passage } from './passage.js';

let clock: TestClock;
let weather: LabWeather;
let room: boolean;
let most: number;
let arrived: { at: number; text: string }[];
let waits: boolean[];
let ended: number;
let passage: Passage;

const since = () => clock.now() - 1_790_000_000_000;
const turn = (change: Partial<LabWeather>) => {
  weather = { ...weather, ...change };
  passage.weatherChanged();
};
const text = () => arrived.map((each) => each.text).join('');

beforeEach(() => {
  clock = new TestClock();
  weather = CALM;
  room = true;
  most = Infinity;
  arrived = [];
  waits = [];
  ended = 0;
  const random = randomOf(1);
  passage = new Passage(
    () => weather,
    {
      get hasRoom() {
        return room;
      },
      take: (piece) => {
        const taken = piece.subarray(0, most);
        arrived.push({ at: since(), text: taken.toString() });
        return taken.length;
      },
      end: () => ended++,
    },
    (wait) => waits.push(wait),
    clock,
    () => random.next(),
  );
});

describe('in fair weather', () => {
  it('bytes pass as they come, and leave no timer', () => {
    passage.push(Buffer.from('a'));
    expect(arrived).toEqual([{ at: 0, text: 'a' }]);
    expect(clock.timers).toBe(0);
  });
});

describe('delay', () => {
  it('keeps the distances', () => {
    turn({ delayMs: 100 });
    passage.push(Buffer.from('a'));
    clock.advance(30);
    passage.push(Buffer.from('b'));
    clock.advance(1000);
    expect(arrived).toEqual([
      { at: 100, text: 'a' },
      { at: 130, text: 'b' },
    ]);
    expect(clock.timers).toBe(0);
  });

  it('with jitter keeps the order, and is never more than both', () => {
    turn({ delayMs: 20, jitterMs: 100 });
    const sent = Array.from({ length: 200 }, (_, i) => String.fromCharCode(0x4e00 + i));
    for (const each of sent) {
      passage.push(Buffer.from(each));
      clock.advance(3);
    }
    clock.advance(200);
    expect(text()).toBe(sent.join(''));
    const lateMs = arrived.map(({ at }, i) => at - 3 * i);
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...lateMs)).toBeLessThanOrEqual(120);
    expect(Math.max(...lateMs) - Math.min(...lateMs)).toBeGreaterThan(40);
  });

  it('that changes changes for what waits already', () => {
    turn({ delayMs: 10_000 });
    passage.push(Buffer.from('a'));
    clock.advance(500);
    turn({ delayMs: 600 });
    clock.advance(99);
    expect(arrived).toEqual([]);
    clock.advance(1);
    expect(arrived).toEqual([{ at: 600, text: 'a' }]);
  });
});

describe('bandwidth', () => {
  it('lets through no more than it says, in a trickle', () => {
    turn({ kilobitsPerSecond: 80 });
    passage.push(Buffer.alloc(10_000, 'x'));
    clock.advance(500);
    expect(text().length).toBe(5000);
    clock.advance(500);
    expect(text().length).toBe(10_000);
    expect(arrived.length).toBeGreaterThan(40);
    expect(clock.timers).toBe(0);
  });

  it('does not save up what was not used', () => {
    turn({ kilobitsPerSecond: 80 });
    clock.advance(10_000);
    passage.push(Buffer.alloc(1000, 'x'));
    clock.advance(50);
    expect(text().length).toBe(400);
  });

  it('adds to the delay', () => {
    turn({ kilobitsPerSecond: 8, delayMs: 100 });
    passage.push(Buffer.alloc(50, 'x'));
    clock.advance(149);
    expect(text()).toBe('');
    clock.advance(1);
    expect(text()).toHaveLength(50);
  });
});

describe('a receiver', () => {
  it('without room is waited for', () => {
    room = false;
    passage.push(Buffer.from('a'));
    expect(arrived).toEqual([]);
    room = true;
    passage.go();
    expect(text()).toBe('a');
  });

  it('that takes a part gets the rest when the weather changes', () => {
    most = 2;
    passage.push(Buffer.from('abc'));
    passage.push(Buffer.from('d'));
    clock.advance(1000);
    expect(text()).toBe('ab');
    most = Infinity;
    turn({});
    expect(text()).toBe('abcd');
  });
});

describe('a source', () => {
  it('is asked to wait when much is waiting, and to go on when half of it is through', () => {
    turn({ delayMs: 100 });
    for (let i = 0; i < 8; i++) passage.push(Buffer.alloc(MAX_WAITING_BYTES / 8));
    expect(waits).toEqual([true]);
    clock.advance(100);
    expect(waits).toEqual([true, false]);
  });

  it('that ends ends the receiver, once, when all is through', () => {
    turn({ delayMs: 100 });
    passage.push(Buffer.from('a'));
    passage.end();
    clock.advance(99);
    expect(ended).toBe(0);
    clock.advance(1);
    expect([text(), ended]).toEqual(['a', 1]);
    turn({});
    expect(ended).toBe(1);
  });
});

it('a passage that is stopped forgets what waits, and leaves no timer', () => {
  turn({ delayMs: 100 });
  passage.push(Buffer.from('a'));
  passage.stop();
  passage.push(Buffer.from('b'));
  clock.advance(1000);
  expect([text(), clock.timers]).toEqual(['', 0]);
});
