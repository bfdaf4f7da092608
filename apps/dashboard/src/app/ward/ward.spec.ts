import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { NEVER } from 'rxjs';
import { TELEWIRE } from '@telewire/angular';
import type { Telewire } from '@telewire/client';
import { Ward } from './ward.js';

describe('the ward without beds', () => {
  const inventory = jest.fn<Telewire['inventory']>();
  let fixture: ComponentFixture<Ward>;
  const text = () => (fixture.nativeElement as HTMLElement).textContent?.replace(/\s+/g, ' ').trim();
  const open = async () => {
    const telewire: Partial<Telewire> = { inventory, clock: NEVER };
    TestBed.configureTestingModule({ providers: [{ provide: TELEWIRE, useValue: telewire }] });
    fixture = TestBed.createComponent(Ward);
    await jest.advanceTimersByTimeAsync(10);
    fixture.detectChanges();
  };

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['requestAnimationFrame', 'queueMicrotask'] });
    inventory.mockReset();
  });
  afterEach(() => {
    fixture.destroy();
    jest.useRealTimers();
  });

  it('says what is being read', async () => {
    inventory.mockReturnValue(new Promise(() => undefined));
    await open();
    expect(text()).toContain('Reading which devices there are');
  });

  it('says why it is empty and what would end that', async () => {
    inventory.mockResolvedValue({ at: 0, asOf: 'a.0', devices: [], series: [] });
    await open();
    expect(text()).toContain('No patient monitors yet');
    expect(text()).toContain('Beds appear here by themselves when one does.');
  });

  it('says what happened and that it is tried again when the gateway does not answer', async () => {
    inventory.mockRejectedValue(new TypeError('Failed to fetch'));
    await open();
    expect(text()).toContain('There is no answer. It is asked again in 1 s.');
  });
});
