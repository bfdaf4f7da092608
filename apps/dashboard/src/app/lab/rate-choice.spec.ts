import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { LabError } from '@telewire/lab';
import { RateChoice } from './rate-choice.js';

describe('the choice of a rate', () => {
  let fixture: ComponentFixture<RateChoice>;
  let chosen: number[];
  const box = () => (fixture.nativeElement as HTMLElement).querySelector('input')!;
  const button = (name: string) =>
    (fixture.nativeElement as HTMLElement).querySelector<HTMLButtonElement>(`[aria-label=${name}]`)!;
  const remark = () => (fixture.nativeElement as HTMLElement).querySelector('[role=status]')?.textContent;
  const type = (text: string) => {
    box().value = text;
    box().dispatchEvent(new Event('change'));
    fixture.detectChanges();
  };
  const press = (key: string) => {
    const event = new KeyboardEvent('keydown', { key, cancelable: true });
    box().dispatchEvent(event);
    fixture.detectChanges();
    return event.defaultPrevented;
  };

  beforeEach(() => {
    fixture = TestBed.createComponent(RateChoice);
    chosen = [];
    fixture.componentRef.setInput('rateHz', 20);
    fixture.componentInstance.chosen.subscribe((rateHz) => {
      chosen.push(rateHz);
      fixture.componentRef.setInput('rateHz', rateHz);
    });
    fixture.detectChanges();
  });

  it('takes any rate that is typed', () => {
    type('7,5');
    expect([chosen, box().value, remark()]).toEqual([[7.5], '7.5', '']);
  });

  it('bounds what is typed, and says so', () => {
    type('9000');
    expect([chosen, box().value, remark()]).toEqual([[500], '500', '500 is the most.']);
    type('0');
    expect([chosen.at(-1), remark()]).toEqual([0.2, '0.2 is the least: one reading in 5 s.']);
    type('30');
    expect(remark()).toBe('');
  });

  it('keeps its rate where what is typed is none', () => {
    type('fast');
    expect([chosen, box().value, remark()]).toEqual([[], '20', 'A number from 0.2 to 500.']);
  });

  it('goes back to what holds where what was chosen is refused, and says why, each time', () => {
    // Refused before it is ever rendered.
    fixture.componentInstance.chosen.subscribe(() => {
      fixture.componentRef.setInput('rateHz', 20);
      fixture.componentRef.setInput('refusal', new LabError('full', 'others make 500 now'));
    });
    type('200');
    expect([box().value, remark()]).toEqual(['20', 'Not taken: others make 500 now.']);
    type('9000');
    expect([box().value, remark()]).toEqual(['20', '500 is the most. Not taken: others make 500 now.']);
    fixture.componentRef.setInput('refusal', undefined);
    fixture.detectChanges();
    expect(remark()).toBe('500 is the most.');
  });

  it('is stepped by arrow keys and by buttons', () => {
    expect(press('ArrowUp')).toBe(true);
    press('ArrowDown');
    press('ArrowDown');
    button('Faster').click();
    expect(chosen).toEqual([50, 20, 10, 20]);
  });

  it('steps from what is typed and not yet taken', () => {
    box().value = '150';
    press('ArrowUp');
    expect(chosen).toEqual([200]);
  });

  it('takes it on Enter, drops it on Escape, and leaves other keys alone', () => {
    box().value = '3';
    press('Escape');
    expect(box().value).toBe('20');
    box().value = '3';
    press('Enter');
    expect(chosen).toEqual([3]);
    expect(press('7')).toBe(false);
  });

  it('says to who cannot see it what it is, within which bounds', () => {
    const said = ['role', 'aria-label', 'aria-valuemin', 'aria-valuemax', 'aria-valuenow'];
    expect(said.map((name) => box().getAttribute(name))).toEqual([
      'spinbutton',
      'Readings a second',
      '0.2',
      '500',
      '20',
    ]);
    expect(box().getAttribute('aria-describedby')).toBe('rate-remark');
  });

  it('has no button beyond its bounds, and none at all while it is not asked for', () => {
    type('500');
    expect([button('Slower').disabled, button('Faster').disabled]).toEqual([false, true]);
    fixture.componentRef.setInput('disabled', true);
    fixture.detectChanges();
    expect([box().disabled, button('Slower').disabled]).toEqual([true, true]);
  });
});
