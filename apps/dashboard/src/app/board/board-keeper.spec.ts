import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { BoardKeeper } from './board-keeper.js';

const KEY = 'telewire.board';
const keeper = () => TestBed.inject(BoardKeeper);

describe('the keeper of the board', () => {
  beforeEach(() => {
    localStorage.clear();
  });

  it('begins empty and unchanged', () => {
    expect(keeper().widgets()).toEqual([]);
    expect(keeper().changed()).toBe(false);
  });

  it('has something to save as soon as a widget is added, and nothing any more once it is saved', () => {
    keeper().add('number', 'icu/bed-01/hr');
    expect(keeper().changed()).toBe(true);
    expect(localStorage.getItem(KEY)).toBeNull();
    keeper().save(5_000);
    expect(keeper().changed()).toBe(false);
    expect(keeper().savedAt()).toBe(5_000);
  });

  it('has nothing to save when a change is taken back', () => {
    const id = keeper().add('number', 'icu/bed-01/hr');
    keeper().save(0);
    keeper().arrange(new Map([[id, { x: 4, y: 0, w: 3, h: 4 }]]));
    expect(keeper().changed()).toBe(true);
    keeper().arrange(new Map([[id, { x: 0, y: 0, w: 3, h: 4 }]]));
    expect(keeper().changed()).toBe(false);
  });

  it('is there again after a reload', () => {
    keeper().add('wave', 'icu/bed-01/pleth');
    keeper().save(0);
    const before = keeper().widgets();
    TestBed.resetTestingModule();
    expect(keeper().widgets()).toEqual(before);
  });

  it('discards what was not saved', () => {
    keeper().add('number', 'icu/bed-01/hr');
    keeper().save(0);
    keeper().add('trend', 'icu/bed-01/hr');
    keeper().restore();
    expect(keeper().widgets()).toHaveLength(1);
    expect(keeper().changed()).toBe(false);
  });

  it('begins empty and says so when what was kept cannot be read, and leaves it there', () => {
    localStorage.setItem(KEY, '{"version":7}');
    expect(keeper().widgets()).toEqual([]);
    expect(keeper().spoilt()).toBe(true);
    expect(localStorage.getItem(KEY)).toBe('{"version":7}');
    keeper().add('number', 'icu/bed-01/hr');
    keeper().save(0);
    expect(keeper().spoilt()).toBe(false);
  });

  it('does not claim to have saved what the browser refused', () => {
    const setItem = jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    keeper().add('number', 'icu/bed-01/hr');
    keeper().save(0);
    expect([keeper().changed(), keeper().full(), keeper().savedAt()]).toEqual([true, true, undefined]);
    setItem.mockRestore();
  });

  it('gives every new widget a place of its own', () => {
    keeper().add('number', 'a');
    keeper().add('number', 'b');
    expect(
      keeper()
        .widgets()
        .map(({ place }) => place.x),
    ).toEqual([0, 3]);
  });
});
