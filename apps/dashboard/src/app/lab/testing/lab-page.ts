import { jest } from '@jest/globals';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { TELEWIRE } from '@telewire/angular';
import { LAB_TOOLS } from '../lab-tools.js';
import { Lab } from '../lab.js';
import { FakeLab, SILENT_CLIENT } from './fake-lab.js';
import { counted, report } from './reports.js';

class Observer {
  observe = () => undefined;
  disconnect = () => undefined;
}

/** The page of the lab under fake timers, as a reader sees and presses it, before a lab that is not there. */
export class LabPage {
  readonly lab = new FakeLab();
  #fixture: ComponentFixture<Lab> | undefined;

  constructor() {
    jest.useFakeTimers({ now: 100_000, doNotFake: ['requestAnimationFrame', 'queueMicrotask'] });
    globalThis.ResizeObserver = Observer as never;
    TestBed.configureTestingModule({
      providers: [
        { provide: TELEWIRE, useValue: SILENT_CLIENT },
        { provide: LAB_TOOLS, useValue: this.lab },
      ],
    });
  }

  get host(): HTMLElement {
    return this.#fixture!.nativeElement as HTMLElement;
  }

  /** All that it says. */
  get text(): string {
    return this.host.textContent?.replace(/\s+/g, ' ').trim() ?? '';
  }

  button(name: string): HTMLButtonElement | undefined {
    return [...this.host.querySelectorAll('button')].find((each) => each.textContent?.trim() === name);
  }

  /** Renders what has happened. */
  render(): void {
    this.#fixture?.detectChanges();
  }

  async settle(): Promise<void> {
    await jest.advanceTimersByTimeAsync(250);
    this.render();
  }

  async press(name: string): Promise<void> {
    this.button(name)?.click();
    await this.settle();
  }

  async setRate(rate: string): Promise<void> {
    const box = this.host.querySelector<HTMLInputElement>('[role=spinbutton]')!;
    box.value = rate;
    box.dispatchEvent(new Event('change'));
    await this.settle();
  }

  /** Unfolds the first lane; returns what is told further of it. */
  async unfold(): Promise<string | null | undefined> {
    this.host.querySelector<HTMLButtonElement>('.race-lane .open')?.click();
    await this.settle();
    return this.host.querySelector('.further')?.textContent;
  }

  async show(): Promise<void> {
    this.#fixture = TestBed.createComponent(Lab);
    this.render();
    await this.settle();
  }

  /** Shows it and starts a race, of which something is told. */
  async run() {
    await this.show();
    await this.press('Start');
    const [session, race] = [this.lab.sessions[0]!, this.lab.races[0]!];
    session.happened.next(counted(1_000, 0));
    session.happened.next(counted(5_000, 4));
    race.reports.next([
      report({ lane: 'websocket' }),
      report({ lane: 'sse', interruptions: 1, longestRecoveryMs: 310 }),
    ]);
    await this.settle();
    return { session, race };
  }

  /** The page is left. */
  leave(): void {
    this.#fixture?.destroy();
  }

  /** The spec is over. */
  end(): void {
    this.leave();
    jest.useRealTimers();
  }
}
