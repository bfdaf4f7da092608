import { Component, computed, inject } from '@angular/core';
import { PageTitle } from '../frame/page-title.js';
import { DirectoryNotice } from '../frame/directory-notice.js';
import { DeviceDirectory } from '../telemetry/device-directory.js';
import { Bed } from './bed.js';

/** Every bed that there is, side by side. A bed never moves because of what it says. */
@Component({
  selector: 'tw-ward',
  imports: [Bed, DirectoryNotice],
  template: `
    @for (device of beds(); track device.device) {
      <tw-bed [device]="device" />
    } @empty {
      <tw-directory-notice
        what="patient monitors"
        how="No patient monitor has announced itself. Beds appear here by themselves when one does."
      />
    }
  `,
  host: { class: 'ward', '[class.empty]': 'beds().length === 0' },
})
export class Ward {
  private readonly directory = inject(DeviceDirectory);
  protected readonly beds = computed(() =>
    this.directory.devices().filter((device) => device.type === 'patient-monitor'),
  );

  constructor() {
    inject(PageTitle).show(() => {
      const beds = this.beds();
      const sites = [...new Set(beds.map((bed) => bed.site).filter((site) => site !== undefined))];
      return beds.length === 0 ? '' : [...sites, `${beds.length} ${beds.length === 1 ? 'bed' : 'beds'}`].join(', ');
    });
  }
}
