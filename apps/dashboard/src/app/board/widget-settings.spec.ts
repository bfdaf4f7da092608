import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { signal } from '@angular/core';
import { NEVER } from 'rxjs';
import { TELEWIRE, type WidgetFeed } from '@telewire/angular';
import type { Telewire } from '@telewire/client';
import { BoardKeeper } from './board-keeper.js';
import type { BoardWidget } from './board-layout.js';
import { contractOf } from './own-pace.js';
import { WidgetSettings } from './widget-settings.js';

const OWN_HZ = 2.03;

describe('the settings of a widget', () => {
  let fixture: ComponentFixture<WidgetSettings>;
  const host = () => fixture.nativeElement as HTMLElement;
  const keeper = () => TestBed.inject(BoardKeeper);
  const widget = () => keeper().widgets()[0]!;
  const field = () => host().querySelector<HTMLInputElement>('.pace input')!;
  const own = () => host().querySelector<HTMLButtonElement>('.pace + button');
  const isOwn = () => own()?.getAttribute('aria-pressed');
  const show = () => {
    fixture.componentRef.setInput('widget', widget());
    fixture.componentRef.setInput('maxHz', contractOf(widget(), OWN_HZ).maxHz);
    fixture.detectChanges();
  };
  const type = (text: string) => {
    field().value = text;
    field().dispatchEvent(new Event('change'));
    show();
  };
  const choose = (policy: BoardWidget['policy']) => {
    const at = ['every', 'latest', 'extremes'].indexOf(policy);
    host().querySelectorAll<HTMLInputElement>('[name=policy]')[at]?.click();
    show();
  };

  beforeEach(() => {
    HTMLDialogElement.prototype.showModal ??= () => undefined;
    localStorage.clear();
    const telewire: Partial<Telewire> = { clock: NEVER, inventory: () => new Promise(() => undefined) };
    TestBed.configureTestingModule({ providers: [{ provide: TELEWIRE, useValue: telewire }] });
    const feed: Partial<WidgetFeed> = {
      state: signal({ phase: 'live', choice: 'sse', transport: 'sse', since: 0 } as const),
      ledger: () => new Map(),
    };
    keeper().add('trend', 'icu/bed-01/hr');
    fixture = TestBed.createComponent(WidgetSettings);
    fixture.componentRef.setInput('feed', feed);
    fixture.componentRef.setInput('called', 'Heart rate');
    fixture.componentRef.setInput('ownHz', OWN_HZ);
    show();
  });
  afterEach(() => fixture.destroy());

  it('say that its own pace is in force, and which that is', () => {
    expect([field().value, field().placeholder, isOwn()]).toEqual(['', '2.03', 'true']);
    expect(own()?.textContent?.trim()).toBe('own pace, 2.03 Hz');
  });

  it('take a pace that is typed, and give its own back when that is cleared', () => {
    type('5');
    expect([widget().maxHz, field().value, isOwn()]).toEqual([5, '5', 'false']);
    own()?.click();
    show();
    expect([widget().maxHz, field().value, isOwn()]).toEqual([undefined, '', 'true']);
    type('5');
    type('');
    expect(widget().maxHz).toBeUndefined();
  });

  it('put back what cannot be had', () => {
    type('5');
    type('61');
    expect([widget().maxHz, field().value]).toEqual([5, '5']);
    type('0.01');
    expect([widget().maxHz, field().value]).toEqual([5, '5']);
  });

  it('drop its own pace where every one comes, and keep what was typed', () => {
    choose('every');
    expect([widget().policy, widget().maxHz, field().placeholder]).toEqual(['every', undefined, '60']);
    expect(own()).toBeNull();
    type('5');
    choose('extremes');
    expect([widget().policy, widget().maxHz]).toEqual(['extremes', 5]);
  });

  it('leave a board as it was when a pace is typed and cleared again', () => {
    keeper().save(0);
    type('5');
    expect(keeper().changed()).toBe(true);
    type('');
    expect(keeper().changed()).toBe(false);
  });
});
