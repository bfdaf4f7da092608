import { beforeEach, describe, expect, it } from '@jest/globals';
import { ByteCount } from './byte-count.js';

describe('the count of bytes', () => {
  let told: unknown[][];
  let count: ByteCount;
  beforeEach(() => {
    told = [];
    count = new ByteCount((...bytes) => told.push(bytes));
  });

  it('is told once a piece, and of a piece without bytes not at all', () => {
    count.add('poll', 20, 0);
    count.add('poll', 2, 100);
    expect(told).toEqual([]);
    count.flush();
    count.flush();
    count.add('poll', 1, 0);
    count.flush();
    expect(told).toEqual([
      ['poll', 22, 100],
      ['poll', 1, 0],
    ]);
  });

  it('is told of each lane by itself, in the order that they passed', () => {
    count.add('poll', 5, 0);
    count.add('sse', 7, 1);
    count.flush();
    expect(told).toEqual([
      ['poll', 5, 0],
      ['sse', 7, 1],
    ]);
  });

  it('keeps what nobody can name until somebody can', () => {
    count.addNameless(3);
    count.addNameless(4);
    count.flush();
    expect(told).toEqual([]);
    count.name('long-poll');
    count.name('sse');
    count.flush();
    expect(told).toEqual([['long-poll', 7, 0]]);
  });
});
