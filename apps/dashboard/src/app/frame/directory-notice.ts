import { Component, computed, inject, input } from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import { DeviceDirectory } from '../telemetry/device-directory.js';
import { wholeSeconds } from '../widget/format.js';

/** What a page says while it has no devices: what is being read, what went wrong, or what would end the emptiness. */
@Component({
  selector: 'tw-directory-notice',
  template: `
    @if (directory.failure(); as failure) {
      <h2>The gateway does not answer</h2>
      <p>{{ failure.reason }}. It is asked again in {{ again() }}. Nothing is shown until it answers.</p>
    } @else if (directory.ready()) {
      <h2>No {{ what() }} yet</h2>
      <p>{{ how() }}</p>
    } @else {
      <h2>Reading which devices there are</h2>
      <p>The gateway has been asked and has not answered yet.</p>
    }
  `,
  host: { class: 'notice', role: 'status' },
})
export class DirectoryNotice {
  readonly what = input.required<string>();
  readonly how = input.required<string>();
  protected readonly directory = inject(DeviceDirectory);
  private readonly clock = inject(GATEWAY_CLOCK);
  protected readonly again = computed(() => {
    this.clock.present();
    return wholeSeconds((this.directory.failure()?.retryAt ?? 0) - Date.now());
  });
}
