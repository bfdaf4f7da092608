import { Component, ElementRef, computed, effect, input, output, signal, viewChild } from '@angular/core';
import type { LabError } from '@telewire/lab';
import { LEAST_HZ, MOST_HZ, nextStep, typedRate } from './rate.js';

/**
 * Any rate that the lab can make: typed, or stepped by the arrow keys and the two buttons. A spinbutton as WAI-ARIA describes
 * it: the buttons are for pointers, keys do the same.
 */
@Component({
  selector: 'tw-rate-choice',
  template: `
    <span class="seg-name" aria-hidden="true">Rate</span>
    <span class="seg steps">
      <button
        type="button"
        tabindex="-1"
        aria-label="Slower"
        [disabled]="disabled() || rateHz() <= least"
        (click)="step(-1)"
      >
        −
      </button>
      <input
        #box
        type="text"
        inputmode="decimal"
        role="spinbutton"
        autocomplete="off"
        aria-label="Readings a second"
        aria-describedby="rate-remark"
        [attr.aria-valuemin]="least"
        [attr.aria-valuemax]="most"
        [attr.aria-valuenow]="rateHz()"
        [disabled]="disabled()"
        [value]="rateHz()"
        (focus)="box.select()"
        (change)="take()"
        (keydown)="key($event)"
      />
      <button
        type="button"
        tabindex="-1"
        aria-label="Faster"
        [disabled]="disabled() || rateHz() >= most"
        (click)="step(1)"
      >
        +
      </button>
    </span>
    <span aria-hidden="true">/s</span>
    <span class="remark" id="rate-remark" role="status">{{ said() }}</span>
  `,
  host: { class: 'segs rate' },
})
export class RateChoice {
  readonly rateHz = input.required<number>();
  readonly disabled = input(false);
  /** Why what was chosen last does not hold; another one each time. */
  readonly refusal = input<LabError>();
  readonly chosen = output<number>();

  protected readonly least = LEAST_HZ;
  protected readonly most = MOST_HZ;
  /** What there is to be said of what was typed last. */
  private readonly remark = signal('');
  protected readonly said = computed(() => {
    const refusal = this.refusal();
    return [this.remark(), refusal ? `Not taken: ${refusal.message}.` : ''].filter(Boolean).join(' ');
  });
  private readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');

  constructor() {
    // The rate may be back to what it was before it was ever rendered as another.
    effect(() => {
      if (this.refusal() !== undefined) this.show(this.rateHz());
    });
  }

  protected key(event: KeyboardEvent): void {
    if (event.key === 'ArrowUp') this.step(1);
    else if (event.key === 'ArrowDown') this.step(-1);
    else if (event.key === 'Enter') this.take();
    else if (event.key === 'Escape') this.show(this.rateHz());
    else return;
    event.preventDefault();
  }

  protected take(): void {
    const { rateHz, remark } = typedRate(this.box().nativeElement.value);
    this.remark.set(remark);
    this.choose(rateHz ?? this.rateHz());
  }

  protected step(way: 1 | -1): void {
    this.remark.set('');
    this.choose(nextStep(typedRate(this.box().nativeElement.value).rateHz ?? this.rateHz(), way));
  }

  private choose(rateHz: number): void {
    this.show(rateHz);
    if (rateHz !== this.rateHz()) this.chosen.emit(rateHz);
  }

  // Also where the rate stays what it was, and nothing is rendered anew.
  private show(rateHz: number): void {
    this.box().nativeElement.value = String(rateHz);
  }
}
