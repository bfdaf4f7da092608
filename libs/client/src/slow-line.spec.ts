import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { leavesNothing } from '../testing/left.js';
import { Listener, ordinals } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import type { FeedOptions, Telewire } from './index.js';
import { LAG_BOUND_MS, SLOW_LINE_HZ, SlowLine } from './slow-line.js';

let gateway: ScriptedGateway;
let client: Telewire;
const listen = (options: Partial<FeedOptions> = {}) => new Listener(client.feed({ filters: ['a/#'], ...options }));

beforeEach(() => {
  gateway = new ScriptedGateway();
  client = gateway.client();
});

afterEach(() => leavesNothing(client, gateway));

/** Readings come for so long, each older than the one before by `slowerMs`. */
async function pass(ms: number, slowerMs = 0): Promise<void> {
  for (let at = 0; at < ms; at += 250) {
    gateway.lagMs += slowerMs;
    gateway.append('a/x');
    await gateway.clock.pass(250);
  }
}
/** What the feed that is not patient asked for, each time. */
const asked = () => gateway.requests.map(({ wants }) => wants.find(({ onSlow }) => onSlow === undefined)!);
const policies = () => asked().map(({ policy }) => policy);

describe.each(['http-stream', 'sse'] as const)('a line of %s that is too slow', (transport) => {
  it('is opened anew for the extremes, at a small pace, and again for what was asked once it keeps up', async () => {
    const widget = listen({ transport });
    const patient = listen({ transport, onSlow: 'lag' });
    await pass(1000);
    expect(policies()).toEqual(['every']);
    // What lies in the buffers between is half a second older with each second.
    await pass(15_000, 125);
    expect(policies()).toEqual(['every', 'extremes']);
    expect(asked().at(-1)).toMatchObject({ maxHz: SLOW_LINE_HZ });
    expect(gateway.requests.at(-1)!.wants).toContainEqual(
      expect.objectContaining({ policy: 'every', maxHz: 60, onSlow: 'lag' }),
    );
    expect(widget.state).toMatchObject({ phase: 'live', degraded: 'extremes' });
    expect(patient.state).not.toHaveProperty('degraded');
    gateway.lagMs = 0;
    await pass(7000);
    expect(policies()).toEqual(['every', 'extremes', 'every']);
    expect(widget.state).not.toHaveProperty('degraded');
    for (const { readings, feed, phases } of [widget, patient]) {
      expect(readings).toEqual(ordinals('a/x', 2, readings.length + 1));
      expect(feed.ledger().get('a/x')).toMatchObject({ delivered: readings.length, lost: 0 });
      expect(phases).toEqual(['closed', 'connecting', 'live']);
    }
  });

  it('is left as it is while what is old gets fresher, and where a clock is set', async () => {
    listen({ transport });
    await pass(1000);
    gateway.lagMs = 60_000;
    await pass(20_000, -500);
    gateway.lagMs = 3_600_000;
    await pass(60_000);
    expect(policies()).toEqual(['every']);
  });

  it('is left as it is where what comes is late, and within bounds', async () => {
    listen({ transport });
    await pass(1000);
    await pass((250 * (LAG_BOUND_MS - 500)) / 10, 10);
    expect(policies()).toEqual(['every']);
  });

  it('is too slow also where a frame takes so long that nothing else comes', async () => {
    const widget = listen({ transport });
    await pass(1000);
    gateway.lagMs = LAG_BOUND_MS + 1000;
    gateway.append('a/x');
    await gateway.clock.pass(gateway.heartbeatMs);
    expect(policies()).toEqual(['every']);
    // Not even the heartbeat that is due.
    await gateway.clock.pass(3000);
    expect(policies()).toEqual(['every', 'extremes']);
    expect(widget.readings).toEqual(ordinals('a/x', 2, 5));
  });

  it('is left as it is where something old is followed by nothing but heartbeats', async () => {
    listen({ transport, after: 'earliest' });
    await pass(1000);
    for (let i = 0; i < 10; i++) {
      // Held back by a slow pace, or kept by the gateway for an hour.
      gateway.lagMs = i % 2 ? 9_000 : 3_600_000;
      gateway.append('a/x');
      gateway.lagMs = 0;
      await gateway.pass(10_000);
    }
    expect(policies()).toEqual(['every']);
  });

  it('is left as it is where our clock was set forward and little comes', async () => {
    listen({ transport });
    await pass(1000);
    gateway.lagMs = 10_000;
    for (let i = 0; i < 50; i++) {
      gateway.append('a/x');
      await gateway.pass(4000);
    }
    expect(policies()).toEqual(['every']);
  });

  it('asks no less than what is little enough already, and shows nothing of it', async () => {
    const little = listen({ transport, policy: 'extremes', maxHz: SLOW_LINE_HZ / 2 });
    await pass(1000);
    await pass(15_000, 125);
    const joins = listen({ transport, policy: 'extremes', maxHz: SLOW_LINE_HZ / 4 });
    await pass(500, 125);
    for (const { state } of [little, joins]) expect(state).not.toHaveProperty('degraded');
  });

  it('is not asked for less of what is latest already', async () => {
    listen({ transport, policy: 'latest' });
    await pass(1000);
    await pass(20_000, 125);
    expect(policies()).toEqual(['latest']);
  });
});

describe('what a line is measured by', () => {
  /** What comes is 300 ms older with each tick. */
  const getOlder = (line: SlowLine, fromMs: number) => {
    for (let i = 0; i < 8; i++) {
      line.heard(0, fromMs + i * 300);
      line.tick(0, 5000);
    }
    return line.degraded;
  };

  it('is the freshest that has come on it since it was opened', () => {
    const line = new SlowLine();
    line.heard(0, 0);
    expect(getOlder(line, 3_600_000)).toBe(true);
    const anew = new SlowLine();
    anew.heard(0, 0);
    anew.opened();
    expect(getOlder(anew, 3_600_000)).toBe(false);
  });
});

describe('a gateway that serves less', () => {
  it('is heard by the feed that it concerns, and what it leaves out is withheld, also of what comes first when all is served', async () => {
    const widget = listen();
    const other = listen();
    await pass(500);
    const [id] = gateway.of('websocket')[0]!.served.keys();
    const serve = (policy: 'every' | 'extremes' | 'paused') =>
      gateway.tell('websocket', { type: 'degraded', id: id!, cursor: gateway.head, policy });
    serve('paused');
    await gateway.clock.pass(0);
    expect(widget.state.degraded).toBe('paused');
    expect(other.state).not.toHaveProperty('degraded');
    serve('every');
    // What was withheld before it was served in full shows in the first that comes.
    gateway.skip('a/x', 3);
    await pass(500);
    expect(widget.state).not.toHaveProperty('degraded');
    expect(widget.feed.ledger().get('a/x')).toEqual({ matched: 6, delivered: 3, withheld: 3, lost: 0 });
    expect(other.feed.ledger().get('a/x')).toEqual({ matched: 6, delivered: 3, withheld: 0, lost: 3 });
  });

  it('serves in full on another line, and on the same one after it was lost', async () => {
    const widget = listen();
    await pass(500);
    const [id] = gateway.of('websocket')[0]!.served.keys();
    gateway.tell('websocket', { type: 'degraded', id: id!, cursor: gateway.head, policy: 'latest' });
    await gateway.clock.pass(0);
    expect(widget.state.degraded).toBe('latest');
    gateway.cut('websocket');
    await pass(10_000);
    expect(widget.state).toMatchObject({ phase: 'live' });
    expect(widget.state).not.toHaveProperty('degraded');
  });
});
