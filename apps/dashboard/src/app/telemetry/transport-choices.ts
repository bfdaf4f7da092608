import { Injectable } from '@angular/core';
import { TRANSPORTS, type TransportName } from '@telewire/client';
import { read, write } from '../browser-memory.js';

const KEY = 'telewire.transport.';
const DEFAULT: TransportName = 'websocket';

/** Which transport each widget asked for, remembered by the browser. */
@Injectable({ providedIn: 'root' })
export class TransportChoices {
  of(widget: string): TransportName {
    const stored = read(KEY + widget);
    return TRANSPORTS.find((name) => name === stored) ?? DEFAULT;
  }

  remember(widget: string, transport: TransportName): void {
    write(KEY + widget, transport);
  }
}
