import { Injectable } from '@angular/core';
import { TRANSPORTS, type TransportChoice } from '@telewire/client';
import { forget, read, write } from '../browser-memory.js';

const KEY = 'telewire.transport.';
const DEFAULT: TransportChoice = 'websocket';

/** What can be chosen, in the order of menus: the automatic choice first. */
export const TRANSPORT_CHOICES: readonly TransportChoice[] = ['auto', ...TRANSPORTS];

/** Which transport each widget asked for, remembered by the browser. */
@Injectable({ providedIn: 'root' })
export class TransportChoices {
  of(widget: string): TransportChoice {
    const stored = read(KEY + widget);
    return TRANSPORT_CHOICES.find((name) => name === stored) ?? DEFAULT;
  }

  remember(widget: string, transport: TransportChoice): void {
    write(KEY + widget, transport);
  }

  /** To be called when a widget is gone for good. */
  forget(widget: string): void {
    forget(KEY + widget);
  }
}
