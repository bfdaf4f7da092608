import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type SchedulerLike, Subject } from 'rxjs';
import { leavesNothing } from '../testing/left.js';
import { Listener } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { type FeedOptions, type Telewire, TRANSPORTS, type TransportName } from './index.js';

let gateway: ScriptedGateway;
let client: Telewire;

const listen = (options: Partial<FeedOptions> = {}) =>
  new Listener(client.feed({ filters: ['a/#'], transport: 'auto', ...options }));
const block = (...transports: TransportName[]) => transports.forEach((each) => gateway.down.add(each));
const vanish = () => {
  block(...TRANSPORTS);
  for (const each of TRANSPORTS) for (const line of gateway.of(each)) line.cut();
};
/** How long it takes until a feed is live, in milliseconds. */
const untilLive = async (widget: Listener) => {
  const begun = gateway.clock.now();
  while (widget.state.phase !== 'live' && gateway.clock.now() - begun < 200_000) await gateway.clock.pass(50);
  return gateway.clock.now() - begun;
};

beforeEach(() => {
  gateway = new ScriptedGateway();
  client = gateway.client();
});
afterEach(() => leavesNothing(client, gateway));

describe('the end of the search for a gateway that is away', () => {
  it.each([10_000, 40_000, 100_000])(
    'is when another feed has heard one frame of it (away for %i ms): who begins then is live at once',
    async (awayMs) => {
      block(...TRANSPORTS);
      const first = listen();
      await gateway.clock.pass(awayMs);
      gateway.down.delete('websocket');
      await untilLive(first);
      await gateway.clock.pass(500);
      expect(await untilLive(listen())).toBeLessThan(200);
    },
  );

  it.each([1_000, 10_000, 60_000])('is when nobody searches any more, who left after %i ms', async (searchedMs) => {
    const first = listen();
    await gateway.pass(20_000);
    vanish();
    await gateway.clock.pass(searchedMs);
    first.stop();
    gateway.down.clear();
    await gateway.clock.pass(3_600_000);
    expect(await untilLive(listen())).toBeLessThan(200);
  });

  it('is when it refuses a feed', async () => {
    const first = listen();
    await gateway.pass(20_000);
    vanish();
    await gateway.clock.pass(60_000);
    gateway.refuse = () => 4422;
    gateway.down.clear();
    while (first.state.phase !== 'refused') await gateway.clock.pass(50);
    gateway.refuse = () => 0;
    expect(await untilLive(listen())).toBeLessThan(200);
  });

  it.each([15_000, 20_000, 30_000, 60_000, 100_000])(
    'is found in two windows by the one transport that is known to pass, away for %i ms from the opening on',
    async (awayMs) => {
      const kept = JSON.stringify({ transport: 'long-poll', at: gateway.clock.now() });
      const memory = { getItem: () => kept, setItem: () => undefined, removeItem: () => undefined };
      client = gateway.client({ memory });
      block(...TRANSPORTS);
      const widget = listen();
      await gateway.clock.pass(awayMs);
      gateway.down.delete('long-poll');
      expect(await untilLive(widget)).toBeLessThan(31_000);
    },
  );

  it.each(['stays', 'leaves'])(
    'is not put off by a clock that is set back by an hour in a pause, where who was there %s',
    async (what) => {
      let setMs = 0;
      const now = () => gateway.clock.now() + setMs;
      const scheduler = Object.create(gateway.clock, { now: { value: now } }) as SchedulerLike;
      client = gateway.client({ scheduler });
      const first = listen();
      await gateway.pass(20_000);
      vanish();
      await gateway.clock.pass(60_000);
      while (!(first.state.retryAt! > now() + 3_000)) await gateway.clock.pass(100);
      if (what === 'leaves') first.stop();
      setMs = -3_600_000;
      const late = listen();
      gateway.down.clear();
      expect(await untilLive(late)).toBeLessThan(31_000);
    },
  );

  it('is also where the page was woken after all had left', async () => {
    const wakes = new Subject<void>();
    client = gateway.client({ wakes });
    const first = listen();
    await gateway.pass(20_000);
    vanish();
    await gateway.clock.pass(60_000);
    first.stop();
    await gateway.clock.pass(600_000);
    gateway.down.clear();
    wakes.next();
    await gateway.clock.pass(1_000);
    expect(await untilLive(listen())).toBeLessThan(200);
  });
});
