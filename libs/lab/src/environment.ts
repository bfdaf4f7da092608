import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { ConnectOptions } from '@telewire/client';

/** Everything outside that the lab touches, so that a spec can stand in for all of it. */
export interface Environment {
  readonly address: (path: string) => URL;
  readonly fetch: typeof globalThis.fetch;
  readonly WebSocket: typeof globalThis.WebSocket | undefined;
  readonly scheduler: SchedulerLike;
}

/** The environment that `options` describe, the platform's own where they say nothing. @throws TypeError for a bad `url` */
export function environmentOf(options: Omit<ConnectOptions, 'format'>): Environment {
  const base = new URL(options.url);
  return {
    address: (path) => new URL(path, base),
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    WebSocket: options.WebSocket ?? globalThis.WebSocket,
    scheduler: options.scheduler ?? asyncScheduler,
  };
}
