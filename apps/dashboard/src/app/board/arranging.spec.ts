import { describe, expect, it } from '@jest/globals';
import { neighbour, placeWords, step } from './arranging.js';
import type { Place } from './board-layout.js';

const at = (x: number, y: number, w = 3, h = 4): Place => ({ x, y, w, h });

describe('arranging by keys', () => {
  it('moves a cell at a time and stays on the board', () => {
    expect(step(at(3, 4), 'ArrowRight', false)).toEqual(at(4, 4));
    expect(step(at(3, 4), 'ArrowUp', false)).toEqual(at(3, 3));
    expect(step(at(9, 0), 'ArrowRight', false)).toEqual(at(9, 0));
    expect(step(at(0, 0), 'ArrowUp', false)).toEqual(at(0, 0));
  });

  it('sizes by one, not below what can be read and not beyond the last column', () => {
    expect(step(at(3, 4), 'ArrowRight', true)).toEqual(at(3, 4, 4, 4));
    expect(step(at(3, 4, 2, 2), 'ArrowLeft', true)).toEqual(at(3, 4, 2, 2));
    expect(step(at(3, 4, 2, 2), 'ArrowUp', true)).toEqual(at(3, 4, 2, 2));
    expect(step(at(9, 0), 'ArrowRight', true)).toEqual(at(9, 0));
  });

  it('says the place the way people count', () => {
    expect(placeWords({ x: 3, y: 4, w: 6, h: 4 })).toBe('column 4, row 5, 6 × 4');
  });
});

describe('going between widgets by arrows', () => {
  const places = new Map([
    ['hr', at(0, 0)],
    ['speed', at(3, 0)],
    ['spo2', at(0, 4)],
    ['pleth', at(3, 4, 6, 4)],
  ]);

  it('goes to what lies that way, and nowhere at the edge', () => {
    expect(neighbour(places, 'hr', 'ArrowRight')).toBe('speed');
    expect(neighbour(places, 'hr', 'ArrowDown')).toBe('spo2');
    expect(neighbour(places, 'pleth', 'ArrowUp')).toBe('speed');
    expect(neighbour(places, 'spo2', 'ArrowRight')).toBe('pleth');
    expect(neighbour(places, 'hr', 'ArrowLeft')).toBeUndefined();
    expect(neighbour(places, 'gone', 'ArrowLeft')).toBeUndefined();
  });
});
