import { describe, expect, it } from '@jest/globals';
import type { DeliveredReading } from '@telewire/protocol';
import { Ledger } from './ledger.js';

const reading = (n: number, series = 'a/x'): DeliveredReading => ({
  series,
  n,
  at: n,
  value: n,
  quality: 'good',
  receivedAt: n,
});
const taken = (ledger: Ledger, ...ordinals: number[]) => ordinals.filter((n) => ledger.take(reading(n)));

describe('the ledger', () => {
  it('takes each ordinal once and in order', () => {
    const ledger = new Ledger('every');
    expect(taken(ledger, 5, 6, 6, 5, 7, 3, 8)).toEqual([5, 6, 7, 8]);
    expect(ledger.entries().get('a/x')).toEqual({ matched: 4, delivered: 4, withheld: 0, lost: 0 });
  });

  it('books a jump as lost under every, and as withheld under latest and extremes', () => {
    for (const [policy, withheld, lost] of [
      ['every', 0, 6],
      ['latest', 6, 0],
      ['extremes', 6, 0],
    ] as const) {
      const ledger = new Ledger(policy);
      taken(ledger, 1, 4, 9);
      expect(ledger.entries().get('a/x')).toEqual({ matched: 9, delivered: 3, withheld, lost });
    }
  });

  it('books the jump over a gap as lost under latest too, and only that one', () => {
    const ledger = new Ledger('latest');
    taken(ledger, 1, 3);
    ledger.gap('evicted');
    expect(ledger.takeSnapshot([reading(10)]).map(({ n }) => n)).toEqual([10]);
    taken(ledger, 12);
    expect(ledger.entries().get('a/x')).toEqual({ matched: 12, delivered: 3, withheld: 2, lost: 7 });
  });

  it('shows the present without counting it, and not twice', () => {
    const ledger = new Ledger('every');
    expect(ledger.takeSnapshot([reading(41)])).toHaveLength(1);
    expect(ledger.takeSnapshot([reading(41)])).toHaveLength(0);
    expect(ledger.entries().get('a/x')).toEqual({ matched: 0, delivered: 0, withheld: 0, lost: 0 });
    expect(taken(ledger, 41, 42)).toEqual([42]);
  });

  it('begins behind a late reading that the present shows beside the present one', () => {
    const ledger = new Ledger('every');
    expect(ledger.takeSnapshot([reading(41), reading(43)]).map(({ n }) => n)).toEqual([41, 43]);
    expect(taken(ledger, 43, 44)).toEqual([44]);
    expect(ledger.entries().get('a/x')).toEqual({ matched: 1, delivered: 1, withheld: 0, lost: 0 });
    ledger.gap('evicted');
    ledger.takeSnapshot([reading(50), reading(52)]);
    taken(ledger, 53);
    expect(ledger.entries().get('a/x')).toEqual({ matched: 10, delivered: 2, withheld: 0, lost: 8 });
    // Nobody has asked for it in between.
    ledger.under({ policy: 'every', filters: ['a/x'] });
    ledger.under({ policy: 'every', filters: ['b/x'] });
    ledger.under({ policy: 'every', filters: ['a/x'] });
    ledger.takeSnapshot([reading(60), reading(62)]);
    expect(ledger.entries().get('a/x')).toMatchObject({ matched: 10 });
  });

  it('knows that a series which no snapshot named must begin with its first reading', () => {
    const ledger = new Ledger('latest');
    ledger.takeSnapshot([]);
    taken(ledger, 3);
    expect(ledger.entries().get('a/x')).toEqual({ matched: 3, delivered: 1, withheld: 2, lost: 0 });
    const cut = new Ledger('every');
    cut.takeSnapshot([]);
    cut.gap('slow');
    cut.takeSnapshot([reading(3)]);
    expect(cut.entries().get('a/x')).toEqual({ matched: 3, delivered: 0, withheld: 0, lost: 3 });
  });

  it('knows that of a series which is new meanwhile it was served less too', () => {
    const ledger = new Ledger('every');
    const terms = { policy: 'every', filters: ['#'] } as const;
    ledger.under({ ...terms, filters: [...terms.filters] });
    ledger.takeSnapshot([]);
    const filters: string[] = [...terms.filters];
    ledger.under({ policy: 'every', filters }, 'paused');
    ledger.under({ policy: 'every', filters });
    taken(ledger, 7, 8);
    expect(ledger.entries().get('a/x')).toEqual({ matched: 8, delivered: 2, withheld: 6, lost: 0 });
    ledger.takeSnapshot([]);
    expect(ledger.take({ ...reading(3), series: 'a/y' })).toBe(true);
    expect(ledger.entries().get('a/y')).toEqual({ matched: 3, delivered: 1, withheld: 0, lost: 2 });
  });

  it.each(['restarted', 'ahead'] as const)('lets ordinals start again after %s, and keeps the books', (reason) => {
    const ledger = new Ledger('every');
    taken(ledger, 50, 51);
    ledger.gap(reason);
    expect(ledger.takeSnapshot([reading(2)]).map(({ n }) => n)).toEqual([2]);
    expect(taken(ledger, 3, 4)).toEqual([3, 4]);
    expect(ledger.entries().get('a/x')).toEqual({ matched: 4, delivered: 4, withheld: 0, lost: 0 });
  });

  it('adds up over any mixture', () => {
    let seed = 7;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 50; round++) {
      const ledger = new Ledger(random() < 0.5 ? 'every' : 'latest');
      let n = 1;
      ledger.take(reading(n));
      for (let step = 0; step < 100; step++) {
        const what = random();
        if (what < 0.1) ledger.gap('evicted');
        else if (what < 0.2) ledger.takeSnapshot([reading((n += Math.floor(random() * 5)))]);
        else ledger.take(reading((n += Math.floor(random() * 4))));
      }
      const { matched, delivered, withheld, lost } = ledger.entries().get('a/x')!;
      expect(matched).toBe(delivered + withheld + lost);
      expect(matched).toBe(n);
    }
  });
});
