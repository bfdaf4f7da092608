import { DOCUMENT } from '@angular/common';
import { Component, inject, input, output } from '@angular/core';
import type { LabPlace } from './lab-tools.js';

/** Why there is no lab, and what would end that. */
@Component({
  selector: 'tw-lab-notice',
  template: `
    <section class="notice" role="status">
      @switch (place()) {
        @case ('unreachable') {
          <h2>The gateway does not answer</h2>
          <p>So whether it has a lab cannot be told. It may be starting, or have ended:</p>
          <p class="m">npm start</p>
        }
        @case ('foreign') {
          <h2>What answers here is not a gateway</h2>
          <p>
            Something else has the address <span class="m">{{ origin }}/api/v1/lab</span>: a server in front that does
            not hand it on, or another program. Open the page at the gateway itself, where its settings do not say
            otherwise:
          </p>
          <p class="m">http://localhost:3000/lab</p>
        }
        @case ('remote') {
          <h2>The lab cannot be reached from this address</h2>
          <p>
            It is switched on, but its measuring proxy has ports of its own, and no browser can be told to let a page of
            <span class="m">{{ origin }}</span> connect to them: an IPv6 address or an underscore cannot be named in the
            page's policy. Open it by another name, on the machine that the gateway runs on:
          </p>
          <p class="m">{{ address }}</p>
        }
        @default {
          <h2>The lab is switched off</h2>
          <p>
            It opens a measuring proxy on ports of its own. A gateway that others can reach has it only when it is asked
            for:
          </p>
          <p class="m">LAB=on npm start</p>
          <p>While it is off, or while nobody looks at this page, it costs nothing.</p>
        }
      }
      <button type="button" class="btn" (click)="asked.emit()">Ask again</button>
    </section>
  `,
})
export class LabNotice {
  readonly place = input.required<LabPlace>();
  readonly asked = output();

  private readonly location = inject(DOCUMENT).location;
  protected readonly origin = this.location.origin;
  protected readonly address = addressOf(this.location);
}

/** Where the lab can be opened: over plain HTTP the port is the gateway's own, else that of a server in front of it. */
export function addressOf({ protocol, port }: Pick<Location, 'protocol' | 'port'>): string {
  const own = protocol === 'http:' ? port : '3000';
  return `http://localhost${own === '' ? '' : `:${own}`}/lab`;
}
