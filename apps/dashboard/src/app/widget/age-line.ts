import { Component, computed, input } from '@angular/core';
import type { Age } from '@telewire/client';
import { ageText } from './format.js';

/** The line under a header: its first third is what the series promised, its end is stale. It jumps, it does not ease. */
@Component({
  selector: 'tw-age-line',
  template: `<i class="age" [attr.data-q]="age().freshness" [style.--a]="fill()"></i>`,
})
export class AgeLine {
  readonly age = input.required<Age>();
  protected readonly fill = computed(() => this.age().fill.toFixed(3));
}

/** The same age in words at the end of a header. */
@Component({
  selector: 'tw-age',
  template: `
    @switch (age().freshness) {
      @case ('stale') {
        <span class="tag">STALE {{ text() }}</span>
      }
      @case ('late') {
        <span class="tag late">LATE</span><span class="ageT">{{ text() }}</span>
      }
      @case ('fresh') {
        <span class="ageT">{{ text() }}</span>
      }
    }
  `,
})
export class AgeWords {
  readonly age = input.required<Age>();
  protected readonly text = computed(() => ageText(this.age().ageMs));
}
