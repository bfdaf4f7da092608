import { Component, computed, inject, input, output } from '@angular/core';
import { DeviceDirectory } from '../telemetry/device-directory.js';

/** Which readings the race is run with: the lab's own, a whole device, or one series. */
@Component({
  selector: 'tw-stream-choice',
  template: `
    <label
      >Stream
      <select #select [disabled]="disabled()" (change)="chosen.emit(select.value || undefined)">
        <option value="" [selected]="stream() === undefined">the lab’s own series</option>
        @for (group of groups(); track group.device) {
          <optgroup [label]="group.label">
            <option [value]="group.device + '/#'" [selected]="stream() === group.device + '/#'">
              {{ group.label }}, everything
            </option>
            @for (series of group.series; track series) {
              <option [value]="series" [selected]="stream() === series">{{ series }}</option>
            }
          </optgroup>
        }
      </select>
    </label>
  `,
})
export class StreamChoice {
  readonly stream = input.required<string | undefined>();
  readonly disabled = input(false);
  readonly chosen = output<string | undefined>();
  private readonly directory = inject(DeviceDirectory);
  protected readonly groups = computed(() => {
    const names = [...this.directory.series().keys()];
    return this.directory.devices().map(({ device, label }) => ({
      device,
      label: `${device} ${label}`.trim(),
      series: names.filter((name) => name.startsWith(`${device}/`)).sort(),
    }));
  });
}
