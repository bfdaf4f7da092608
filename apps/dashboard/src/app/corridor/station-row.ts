import { Component, computed, inject, input, output } from '@angular/core';
import { Theme } from '../frame/theme.js';
import { ageText, clockTime } from '../widget/format.js';
import type { RowView } from './road-view.js';
import { SpeedScale } from './speed-scale.js';

/** One station now, at its place on the ruler. Choosing it shows its flow and occupancy. */
@Component({
  selector: 'tw-station-row',
  template: `
    <button
      type="button"
      class="nm"
      [attr.aria-pressed]="chosen()"
      [attr.aria-label]="'Show flow and occupancy of ' + row().station.label"
      (click)="chose.emit()"
    >
      <b>{{ row().station.label }}</b><span>{{ row().station.detail }}</span>
    </button>
    <span class="lanes">
      @for (lane of lanes(); track $index) {
        <span
          class="lane"
          [class.bad]="lane.colour === undefined"
          [class.stale-n]="stale()"
          [style.--c]="lane.colour"
          >{{ lane.text }}</span
        >
      }
    </span>
    <span class="fl" [class.stale-n]="stale()">{{ row().flow }}</span>
    <span class="fl oc" [class.stale-n]="stale()">{{ row().occupancy }}</span>
    <span class="los" [class.stale-n]="stale()">{{ row().level }}</span>
    <span class="ag" [class.tag]="tag()" [class.late]="row().age.freshness === 'late'" [title]="title()">{{
      age()
    }}</span>
  `,
  host: { class: 'row', role: 'listitem', '[style.--y]': 'down()', '[class.chosen]': 'chosen()' },
})
export class StationRow {
  readonly row = input.required<RowView>();
  /** How far down the ruler, 0 to 1. */
  readonly down = input.required<number>();
  readonly chosen = input(false);
  readonly chose = output();
  private readonly theme = inject(Theme);
  private readonly scale = computed(() => {
    this.theme.look();
    return new SpeedScale(this.theme);
  });
  protected readonly age = computed(() => {
    const { age, offlineSince } = this.row();
    if (offlineSince !== undefined) return 'offline';
    return age.freshness === 'none' ? '' : ageText(age.ageMs);
  });
  protected readonly title = computed(() => {
    const { offlineSince } = this.row();
    return offlineSince === undefined ? '' : `offline since ${clockTime(offlineSince)}`;
  });
  protected readonly tag = computed(
    () => this.row().age.freshness === 'late' || this.stale() || this.row().offlineSince !== undefined,
  );
  protected readonly stale = computed(() => this.row().age.freshness === 'stale');
  protected readonly lanes = computed(() =>
    this.row().lanes.map(({ text, speed }) => ({
      text,
      colour: speed === undefined ? undefined : this.scale().colour(speed),
    })),
  );
}
