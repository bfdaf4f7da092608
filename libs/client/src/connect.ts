import { Channel } from './channel.js';
import { createClock } from './clock.js';
import { environmentOf } from './environment.js';
import { Changing } from './fact.js';
import { LiveFeed } from './feed.js';
import { fetchInventory } from './inventory.js';
import { Memory } from './memory.js';
import { Presence } from './presence.js';
import type { ConnectOptions, Telewire, TransportName } from './telewire.js';
import { httpStream } from './transports/http-stream.js';
import { longPoll } from './transports/long-poll.js';
import { poll } from './transports/poll.js';
import { sse } from './transports/sse.js';
import { websocket } from './transports/websocket.js';

/**
 * Makes a client of the gateway at `options.url`. Nothing is opened before somebody listens.
 * @example
 * ```ts
 * import { connect } from '@telewire/client/plain';
 *
 * const telewire = connect({ url: location.origin });
 * for await (const batch of telewire.feed({ filters: ['icu/+/hr'], transport: 'auto' }).batches) {
 *   console.log(batch.kind); // snapshot
 *   break;
 * }
 * telewire.close();
 * ```
 */
export function connect(options: ConnectOptions): Telewire {
  const environment = environmentOf(options);
  const presence = new Presence(environment.scheduler);
  const closed = new Changing(false);
  const waking = environment.wakes.subscribe(() => presence.woke());
  // A browser allows about six connections to an origin: feeds on the same transport share one.
  const channels: Readonly<Record<TransportName, Channel>> = {
    websocket: new Channel(websocket, environment, presence),
    'http-stream': new Channel(httpStream, environment, presence, true),
    sse: new Channel(sse, environment, presence, true),
    'long-poll': new Channel(longPoll, environment, presence),
    poll: new Channel(poll, environment, presence),
  };
  const context = {
    presence,
    memory: new Memory(environment.address('/').origin, environment.memory, () => environment.scheduler.now()),
    channel: (transport: TransportName) => channels[transport],
    random: environment.random,
    scheduler: environment.scheduler,
    closed,
  };
  return {
    feed: (feedOptions) => new LiveFeed(feedOptions, context),
    inventory: async () => {
      const inventory = await fetchInventory(environment);
      presence.answered();
      return inventory;
    },
    clock: createClock(environment, closed, () => presence.answered()),
    close: () => {
      waking.unsubscribe();
      closed.tell(true);
    },
  };
}
