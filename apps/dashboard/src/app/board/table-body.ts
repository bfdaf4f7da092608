import { Component, computed, inject, input, type Signal } from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import { DeviceDirectory } from '../telemetry/device-directory.js';
import { rowsOf, type TableRow } from './table-rows.js';
import type { WidgetReadings } from './widget-readings.js';

/** A row for each series that a filter matches: value, unit, age. */
@Component({
  selector: 'tw-table-body',
  template: `
    <div class="scroll" tabindex="0" role="group" [attr.aria-label]="called()">
      <table>
        <thead class="vh">
          <tr>
            <th scope="col">Series</th>
            <th scope="col">Value</th>
            <th scope="col">Unit</th>
            <th scope="col">Age</th>
          </tr>
        </thead>
        <tbody>
          @for (row of rows(); track row.series) {
            <tr>
              <th scope="row">
                {{ row.where }}<span class="t3"> {{ row.label === called() ? '' : row.label }}</span>
              </th>
              <td
                class="n"
                [class.code]="row.value === '---'"
                [class.late-n]="row.freshness === 'late'"
                [class.stale-n]="row.freshness === 'stale'"
              >
                {{ row.value }}
              </td>
              <td class="u">{{ row.unit }}</td>
              <td class="r">
                <span
                  [class.tag]="row.freshness === 'late' || row.freshness === 'stale'"
                  [class.late]="row.freshness === 'late'"
                  >{{ row.age }}</span
                >
              </td>
            </tr>
          }
        </tbody>
      </table>
    </div>
  `,
  host: { class: 'table-body' },
})
export class TableBody {
  readonly readings = input.required<WidgetReadings>();
  /** Time between two frames, at the least. */
  readonly frameMs = input.required<number>();
  readonly called = input.required<string>();
  readonly visible = input(true);
  private readonly clock = inject(GATEWAY_CLOCK);
  private readonly directory = inject(DeviceDirectory);
  protected readonly rows: Signal<readonly TableRow[]> = computed(() => {
    const now = this.visible() ? this.clock.present() : this.clock.now();
    return rowsOf(this.readings().newest, this.directory.series(), this.directory.devices(), now, this.frameMs());
  });
}
