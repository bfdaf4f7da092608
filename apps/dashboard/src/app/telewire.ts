import { InjectionToken } from '@angular/core';
import type { Telewire } from '@telewire/client';

/** The client of the gateway. It owns every socket; pages and widgets own none. */
export const TELEWIRE = new InjectionToken<Telewire>('Telewire');
