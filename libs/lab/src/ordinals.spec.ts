import { describe, expect, it } from '@jest/globals';
import { Ordinals } from './ordinals.js';

const taken = (ordinals: Ordinals, ...all: number[]) => all.map((n) => ordinals.take({ series: 'a/x', n }));
const books = ({ repeats, lost, withheld }: Ordinals) => ({ repeats, lost, withheld });

describe('ordinals', () => {
  it('begin where the first reading does', () => {
    const ordinals = new Ordinals();
    taken(ordinals, 41, 42, 43);
    expect(books(ordinals)).toEqual({ repeats: 0, lost: 0, withheld: 0 });
  });

  it('tell what came twice, and say so of the reading', () => {
    const ordinals = new Ordinals();
    expect(taken(ordinals, 1, 2, 2, 1, 3)).toEqual([true, true, false, false, true]);
    expect(books(ordinals)).toEqual({ repeats: 2, lost: 0, withheld: 0 });
  });

  it('tell what never came', () => {
    const ordinals = new Ordinals();
    taken(ordinals, 1, 2, 5, 9);
    expect(books(ordinals)).toEqual({ repeats: 0, lost: 5, withheld: 0 });
  });

  it('count a jump as withheld where the contract leaves readings out, but behind a gap as lost', () => {
    const ordinals = new Ordinals('latest');
    taken(ordinals, 1, 4);
    ordinals.gap('evicted');
    taken(ordinals, 10, 12);
    expect(books(ordinals)).toEqual({ repeats: 0, lost: 5, withheld: 3 });
  });

  it('count what a snapshot jumps over and shows, as neither came in the flow', () => {
    const ordinals = new Ordinals();
    taken(ordinals, 1);
    ordinals.gap('evicted');
    ordinals.show({ series: 'a/x', n: 5 });
    taken(ordinals, 6);
    expect(books(ordinals)).toEqual({ repeats: 0, lost: 4, withheld: 0 });
  });

  it.each(['restarted', 'ahead'] as const)('start again after a gap `%s`', (reason) => {
    const ordinals = new Ordinals();
    taken(ordinals, 41, 42);
    ordinals.gap(reason);
    expect(taken(ordinals, 1, 2)).toEqual([true, true]);
    expect(books(ordinals)).toEqual({ repeats: 0, lost: 0, withheld: 0 });
  });

  it('leave to nobody what lay where nobody asked', () => {
    const ordinals = new Ordinals();
    taken(ordinals, 1, 2);
    ordinals.leave();
    taken(ordinals, 90, 92);
    expect(books(ordinals)).toEqual({ repeats: 0, lost: 1, withheld: 0 });
  });

  it('are of each series alone', () => {
    const ordinals = new Ordinals();
    taken(ordinals, 5);
    ordinals.take({ series: 'a/y', n: 1 });
    taken(ordinals, 6);
    ordinals.take({ series: 'a/y', n: 3 });
    expect(books(ordinals)).toEqual({ repeats: 0, lost: 1, withheld: 0 });
  });

  it('account for everything: what came once, and what is lost, is all from the first to the last', () => {
    const ordinals = new Ordinals();
    const came = [3, 4, 7, 7, 8, 20, 19, 21];
    const fresh = taken(ordinals, ...came).filter(Boolean).length;
    expect(fresh + ordinals.lost).toBe(21 - 3 + 1);
    expect(fresh + ordinals.repeats).toBe(came.length);
  });
});
