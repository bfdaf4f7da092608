import { ReplaySubject, takeUntil, throwError } from 'rxjs';
import { Channel } from './channel.js';
import { createClock } from './clock.js';
import { environmentOf } from './environment.js';
import { LiveFeed } from './feed.js';
import { fetchInventory } from './inventory.js';
import { Interruption } from './interruption.js';
import type { ConnectOptions, Telewire, TransportName } from './telewire.js';
import { longPoll } from './transports/long-poll.js';
import { sse } from './transports/sse.js';
import { websocket } from './transports/websocket.js';

const pending = () => throwError(() => new Interruption('lost', 'this transport is not there yet'));

/** Makes a client of the gateway at `options.url`. Nothing is opened before somebody listens. */
export function connect(options: ConnectOptions): Telewire {
  const environment = environmentOf(options);
  const closed = new ReplaySubject<void>(1);
  // A browser allows about six connections to an origin: feeds on the same transport share one.
  const channels: Readonly<Record<TransportName, Channel>> = {
    websocket: new Channel(websocket, environment),
    'http-stream': new Channel(pending, environment),
    sse: new Channel(sse, environment),
    'long-poll': new Channel(longPoll, environment),
    poll: new Channel(pending, environment),
  };
  const context = {
    channel: (transport: TransportName) => channels[transport],
    now: () => environment.scheduler.now(),
    closed,
  };
  return {
    feed: (feedOptions) => new LiveFeed(feedOptions, context),
    inventory: () => fetchInventory(environment),
    clock: createClock(environment).pipe(takeUntil(closed)),
    close: () => closed.next(),
  };
}
