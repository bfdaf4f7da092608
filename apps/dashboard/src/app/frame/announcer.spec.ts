import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { Announcer } from './announcer.js';

describe('the announcer', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('speaks at once, and then at most once a second', () => {
    const announcer = TestBed.inject(Announcer);
    announcer.say('Bed 01 is stale');
    announcer.say('Bed 02 is stale');
    expect(announcer.text()).toBe('Bed 01 is stale.');
    jest.advanceTimersByTime(1_000);
    expect(announcer.text()).toBe('Bed 02 is stale.');
  });

  it('sums up when much happens at once', () => {
    const announcer = TestBed.inject(Announcer);
    for (const bed of ['01', '02', '03', '04', '05', '06']) announcer.say(`Bed ${bed} is stale`);
    jest.advanceTimersByTime(1_000);
    expect(announcer.text()).toBe('Bed 02 is stale. Bed 03 is stale. Bed 04 is stale. And 2 more.');
  });
});
