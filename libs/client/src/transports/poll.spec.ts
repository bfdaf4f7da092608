import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leavesNothing } from '../../testing/left.js';
import { Listener } from '../../testing/listener.js';
import { ScriptedGateway } from '../../testing/scripted-gateway.js';
import type { FeedOptions, Telewire } from '../index.js';
import { LONGEST_POLL_INTERVAL_MS } from './poll.js';

let gateway: ScriptedGateway;
let client: Telewire;
const listen = (options: Partial<FeedOptions> = {}) =>
  new Listener(client.feed({ filters: ['a/#'], transport: 'poll', ...options }));
/** The pauses between the questions of the next `ms`. */
const pausesIn = async (ms: number) => {
  gateway.requests.length = 0;
  await gateway.clock.pass(ms);
  const at = gateway.requests.map((request) => request.at);
  return at.slice(1).map((each, i) => each - at[i]!);
};

beforeEach(() => {
  gateway = new ScriptedGateway();
  client = gateway.client();
});

afterEach(() => leavesNothing(client, gateway));

describe('poll', () => {
  it('asks again when the gateway says that there will be news, by the gateway`s clock alone (PROTOCOL R28)', async () => {
    gateway.nextInMs = 2500;
    listen();
    expect(await pausesIn(10_001)).toEqual([2500, 2500, 2500, 2500]);
  });

  it('asks again after a second where the gateway does not say', async () => {
    gateway.nextInMs = undefined;
    listen();
    expect(await pausesIn(3001)).toEqual([1000, 1000, 1000]);
  });

  it.each([
    [60, 50],
    [4, 250],
    [0.5, 2000],
  ])('asks no faster than a pace of %d Hz allows: after %d ms', async (maxHz, ms) => {
    gateway.nextInMs = -100;
    listen({ maxHz });
    expect(await pausesIn(4 * ms + 1)).toEqual([ms, ms, ms, ms]);
  });

  it('goes by the highest of several paces', async () => {
    gateway.nextInMs = 0;
    listen({ maxHz: 1 });
    listen({ maxHz: 10 });
    await gateway.clock.pass(500);
    expect((await pausesIn(400)).every((ms) => ms === 100)).toBe(true);
  });

  it('does not leave a gateway unasked for longer than a minute', async () => {
    gateway.nextInMs = 3_600_000;
    listen();
    expect(await pausesIn(LONGEST_POLL_INTERVAL_MS + 1)).toEqual([LONGEST_POLL_INTERVAL_MS]);
  });

  it('asks at once when the set of subscriptions changes', async () => {
    gateway.nextInMs = 30_000;
    const first = listen();
    await gateway.clock.pass(1000);
    gateway.append('a/x');
    const second = listen();
    await gateway.clock.pass(1);
    expect(gateway.requests.map(({ wants }) => wants.length)).toEqual([1, 2]);
    expect(first.readings).toEqual(['a/x#1']);
    expect(second.snapshots).toEqual(['a/x#1']);
    first.feed.change({ maxHz: 5 });
    await gateway.clock.pass(1);
    expect(gateway.requests).toHaveLength(3);
  });
});
