import { describe, expect, it } from '@jest/globals';
import { Lateness, type Times } from './lateness.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** On the way, as a rule. */
const WAY = 40;

/** Readings one after another, each received `delay` after it was measured. */
const measured = (from: number, count: number, every = SECOND, delay = WAY): Times[] =>
  Array.from({ length: count }, (_, i) => ({ at: from + i * every, receivedAt: from + i * every + delay }));
/** What was measured from `from` on, kept, and received in one pack. */
const kept = (from: number, count: number, receivedAt: number, every = SECOND): Times[] =>
  Array.from({ length: count }, (_, i) => ({ at: from + i * every, receivedAt }));
/** Measured by a clock that is `aheadMs` ahead. */
const wrong = (readings: readonly Times[], aheadMs: number): Times[] =>
  readings.map(({ at, receivedAt }) => ({ at: at + aheadMs, receivedAt }));

/** As text, one character a reading: `-` on time, `L` late. */
function judged(...readings: readonly (readonly Times[])[]): string {
  const lateness = new Lateness();
  return readings.map((each) => each.map((one) => (lateness.judge(one) ? 'L' : '-')).join('')).join(' ');
}

describe('a reading', () => {
  it('is late that was measured before what has been shown, and was kept somewhere', () => {
    expect(judged(measured(0, 5), [{ at: 1 * SECOND, receivedAt: 10_000 }], measured(11_000, 2))).toBe('----- L --');
  });

  it('is not late when two change places on the way', () => {
    const two = [
      { at: 5_050, receivedAt: 5_090 },
      { at: 5_000, receivedAt: 5_091 },
    ];
    expect(judged(measured(0, 5), two)).toBe('----- --');
  });

  it('is late from two seconds on, by its time and by its delay', () => {
    expect(judged(measured(0, 6), [{ at: 3_001, receivedAt: 5_100 }])).toBe('------ -');
    expect(judged(measured(0, 6), [{ at: 2_999, receivedAt: 5_100 }])).toBe('------ L');
    const quick = { at: 5_030, receivedAt: 5_040 };
    expect(judged(measured(0, 5), [quick, { at: 3_025, receivedAt: 5_050 }])).toBe('----- --');
  });

  it('is measured against the newest, not against the one before', () => {
    expect(judged(measured(0, 5), kept(1_000, 5, 5_040).reverse())).toBe('----- ---LL');
  });

  it('without a device time is never late, also when the clock of the gateway is set back', () => {
    expect(judged(measured(HOUR, 5, SECOND, 0), measured(0, 5, SECOND, 0))).toBe('----- -----');
  });

  it('that comes first is on time, however old', () => {
    expect(judged([{ at: 0, receivedAt: HOUR }])).toBe('-');
  });
});

describe('what a device has kept while it was away', () => {
  const before = measured(0, 10);

  it('is not late in order: each is newer than what was shown before', () => {
    const back = 10 * MINUTE;
    const packs = [0, 1, 2, 3, 4].map((i) => kept((10 + 118 * i) * SECOND, 118, back + i * 200));
    expect(judged(before, ...packs, measured(back + SECOND, 3))).not.toContain('L');
  });

  it('is late behind the present, also in packs over many seconds, and leaves the present alone', () => {
    const back = 10 * MINUTE;
    const live = measured(back, 8);
    const packs = live.map(({ receivedAt }, i) => kept((10 + 60 * i) * SECOND, 60, receivedAt + 100));
    const readings = live.flatMap((each, i) => [[each], packs[i]!]);
    expect(judged(before, ...readings)).toBe(`${'-'.repeat(10)}${` - ${'L'.repeat(60)}`.repeat(8)}`);
  });

  it('is late also where no present comes between: it comes faster than it was measured', () => {
    const back = 10 * MINUTE;
    const packs = Array.from({ length: 40 }, (_, i) => kept((10 + 5 * i) * SECOND, 5, back + (1 + i) * 500));
    expect(judged(before, measured(back, 1), packs.flat())).toBe(`${'-'.repeat(10)} - ${'L'.repeat(200)}`);
  });

  it('is late behind what of it has been shown', () => {
    const back = 10 * MINUTE;
    expect(judged(kept(10_000, 100, back), kept(10_000, 5, back + 200))).toBe(`${'-'.repeat(100)} LLLLL`);
    expect(judged(before, kept(10_000, 100, back), kept(10_000, 5, back + 200))).toMatch(/^[- ]+ LLLLL$/);
  });

  it('is late each time that it takes as long, while others come in between', () => {
    const readings = measured(20_000, 10).flatMap((each) => [[each], kept(each.at - 10_000, 1, each.receivedAt + 200)]);
    expect(judged(measured(0, 20), ...readings)).toBe(`${'-'.repeat(20)}${' - L'.repeat(10)}`);
  });

  it('is late though it is the first that is heard of the series after something of the present', () => {
    expect(judged(measured(HOUR, 1), kept(0, 100, HOUR + SECOND), measured(HOUR + 2 * SECOND, 1))).toBe(
      `- ${'L'.repeat(100)} -`,
    );
  });

  it('is no measure for what is late, where the series begins with it', () => {
    const begun = [...kept(0, 3, HOUR), { at: HOUR, receivedAt: HOUR + WAY }];
    expect(judged(begun, kept(30 * MINUTE, 3, HOUR + SECOND))).toBe('---- LLL');
  });
});

describe('a clock', () => {
  it('that is set back freezes nothing for longer than three seconds', () => {
    expect(judged(measured(0, 10), wrong(measured(10_000, 8), -HOUR))).toBe('---------- LLL-----');
    expect(judged(measured(0, 10), wrong(measured(10_000, 20, 250), -HOUR))).toBe(
      `---------- ${'L'.repeat(12)}--------`,
    );
  });

  it('of a slow series freezes one reading', () => {
    expect(judged(measured(0, 5, 15 * MINUTE), wrong(measured(75 * MINUTE, 3, 15 * MINUTE), -HOUR))).toBe('----- L--');
  });

  it('of a device that sends five seconds in a pack freezes two packs and the beginning of a third', () => {
    const packs = (from: number) => [0, 1, 2, 3].flatMap((i) => kept(from + i * 5_000, 5, from + i * 5_000 + 4_040));
    expect(judged(packs(0), wrong(packs(20_000), -HOUR))).toBe(`${'-'.repeat(20)} ${'L'.repeat(12)}${'-'.repeat(8)}`);
  });

  it('of a device that sends packs of any length, the newest first, is known by the newest of each', () => {
    const pack = (at: number, count: number) => kept(at - (count - 1) * SECOND, count, at + WAY).reverse();
    const set = [pack(20_000, 8), pack(30_000, 3), pack(40_000, 8)];
    expect(judged(measured(0, 10), ...set.map((each) => wrong(each, -HOUR)))).toBe('---------- LLLLLLLL --- ---LLLLL');
  });

  it('that is set back twice, or behind what was kept, freezes nothing for longer', () => {
    const twice = [wrong(measured(10_000, 2), -HOUR), wrong(measured(12_000, 8), -2 * HOUR)];
    expect(judged(measured(0, 10), ...twice)).toBe('---------- LL LLL-----');
    const behind = [kept(2_000, 3, 10_500), wrong(measured(11_000, 8), -HOUR)];
    expect(judged(measured(0, 10), ...behind)).toBe('---------- LLL LLL-----');
  });

  it('that is set back is known although its readings take now more and now less time', () => {
    const uneven = measured(10_000, 12).map(({ at }, i) => ({
      at: at - HOUR,
      receivedAt: at + [40, 900, 700][i % 3]!,
    }));
    expect(judged(measured(0, 10), uneven)).toBe(`${'-'.repeat(10)} LLL${'-'.repeat(9)}`);
  });

  it('that is set ahead freezes nothing, and what was kept is late by it', () => {
    const ahead = wrong(measured(10_000, 8), HOUR);
    expect(judged(measured(0, 10), ahead, wrong(kept(10_000, 5, 30_000), HOUR))).toBe('---------- -------- LLLLL');
  });

  it('that was ahead and is set right freezes nothing for longer than three seconds', () => {
    expect(judged(wrong(measured(0, 10), HOUR), measured(10_000, 8))).toBe('---------- LLL-----');
  });

  it('that was behind and is set right freezes nothing', () => {
    const readings = [wrong(measured(0, 10), -HOUR), measured(10_000, 3), kept(10_000 - 3 * MINUTE, 2, 14_000)];
    expect(judged(...readings)).toBe('---------- --- LL');
  });

  it('that is set ahead and then less so freezes nothing', () => {
    const less = wrong(measured(11_000, 6), HOUR / 2);
    expect(judged(measured(0, 10), wrong(measured(10_000, 1), HOUR), less)).toBe('---------- - ------');
  });

  it('that is wrong once freezes nothing', () => {
    const [one] = wrong(measured(10_000, 1), HOUR);
    expect(judged(measured(0, 10), [one!], measured(11_000, 5), kept(11_000, 2, 20_000))).toBe('---------- - ----- LL');
    const inOrder = kept(16_000, 9, 10 * MINUTE);
    expect(judged(measured(0, 10), [one!], measured(11_000, 5), inOrder)).toBe('---------- - ----- ---------');
  });

  it('that drifts for days is followed', () => {
    const drifting = measured(0, 3_000, MINUTE).map(({ at, receivedAt }, i) => ({ at: at - i * 10, receivedAt }));
    expect(judged(drifting, kept(3_000 * MINUTE - 2 * HOUR, 2, 3_000 * MINUTE))).toBe(`${'-'.repeat(3_000)} LL`);
  });

  it('of the gateway that is set freezes nothing', () => {
    const set = (readings: readonly Times[], ms: number) =>
      readings.map((each) => ({ ...each, receivedAt: each.receivedAt + ms }));
    expect(judged(measured(0, 10), set(measured(10_000, 10), HOUR), measured(20_000, 10))).not.toContain('L');
    expect(judged(measured(0, 10), set(measured(10_000, 10), -HOUR), measured(20_000, 10))).not.toContain('L');
    const both = set(wrong(measured(12_000, 8), -HOUR), -HOUR / 2);
    expect(judged(measured(0, 10), wrong(measured(10_000, 2), -HOUR), both)).toBe('---------- LL LLL-----');
  });

  it('may be set again and again: nothing is frozen for long', () => {
    let seed = 1;
    const random = () => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x80000000;
    const lateness = new Lateness();
    let [ahead, setAt, receivedAt, onTimeAt, longest, late] = [0, 0, 0, 0, 0, 0];
    for (let at = 0; at < 10 * HOUR; at += SECOND) {
      if (at > setAt + 10 * SECOND && random() < 0.05) {
        ahead = Math.round((random() - 0.5) * (random() < 0.5 ? 2 * HOUR : 20 * SECOND));
        setAt = at;
      }
      receivedAt = Math.max(receivedAt, at + random() * 1_500);
      if (lateness.judge({ at: at + ahead, receivedAt })) late++;
      else onTimeAt = receivedAt;
      longest = Math.max(longest, receivedAt - onTimeAt);
    }
    expect(late).toBeGreaterThan(1_000);
    expect(longest).toBeLessThan(6 * SECOND);
  });
});
