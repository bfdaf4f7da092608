import { Component, computed, input, signal } from '@angular/core';
import type { TransportName } from '@telewire/client';
import { Icon } from '../widget/icon.js';
import { Plot, type Drawing } from '../widget/plot.js';
import { TRANSPORT_WORDS } from '../widget/transport-words.js';
import { drawAges } from './age-histogram.js';
import { inWords, type Figure } from './figures.js';
import type { LaneView } from './lane-view.js';

/** A figure with its unit set small. */
@Component({
  selector: 'tw-lab-figure',
  template: `{{ figure().value }}
    @if (figure().unit; as unit) {
      <small>{{ unit }}</small>
    }`,
  host: { class: 'fig' },
})
export class LabFigure {
  readonly figure = input.required<Figure>();
}

/** A transport in the race: what passes, what it costs, how old readings are when they come; and more when it is opened. */
@Component({
  selector: 'tw-lane-row',
  imports: [Icon, LabFigure, Plot],
  templateUrl: './lane-row.html',
  host: { role: 'listitem', '[class.out]': "view().doing === 'not running'" },
})
export class LaneRow {
  readonly view = input.required<LaneView>();
  readonly marks = input.required<Drawing>();
  /** What there is to be said about this lane just now. */
  readonly note = input<string>();

  protected readonly open = signal(false);
  protected readonly name = computed(() => nameOf(this.view().lane));
  protected readonly ages = computed(() => drawAges(this.view().ages, this.view().medianMs));
  protected readonly agesWords = computed(
    () =>
      `Ages over ${this.name()}: median ${inWords(this.view().median)}, worst hundredth ${inWords(this.view().worst)}`,
  );
  protected readonly marksWords = computed(
    () => `What passed over ${this.name()} in the last 4 s: ${inWords(this.view().kilobytes)} kB/s`,
  );
}

export const nameOf = (lane: TransportName): string => TRANSPORT_WORDS[lane].name;
