import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Subject } from 'rxjs';
import { Listener, ordinals } from '../testing/listener.js';
import { ScriptedGateway } from '../testing/scripted-gateway.js';
import { TRANSPORTS, type Telewire, type TransportChoice } from './index.js';

let gateway: ScriptedGateway;
let client: Telewire;
let wakes: Subject<void>;
const listen = (transport: TransportChoice) => new Listener(client.feed({ filters: ['a/#'], transport }));
const attempts = () => gateway.sockets + gateway.requests.length;
const STREAMS = ['websocket', 'http-stream', 'sse'] as const;

beforeEach(() => {
  gateway = new ScriptedGateway();
  wakes = new Subject();
  client = gateway.client({ wakes });
});

afterEach(async () => {
  client.close();
  await gateway.clock.pass(0);
  expect(gateway.clock.pending).toBe(0);
  expect(gateway.lines.size).toBe(0);
  expect(wakes.observed).toBe(false);
});

describe.each(STREAMS)('a tab that sleeps, on %s', (transport) => {
  it('keeps the line whose frames were not read in time, and takes what waits on it (MQTT.js#1257)', async () => {
    const widget = listen(transport);
    await gateway.clock.pass(100);
    for (let i = 0; i < 3; i++) {
      gateway.clock.sleep(60_000);
      // The timer that finds the silence comes first, and what waits in the buffer behind it.
      await gateway.clock.pass(500);
      gateway.append('a/x');
      wakes.next();
      await gateway.pass(20_000);
    }
    expect(widget.readings).toEqual(ordinals('a/x', 1, 3));
    expect(widget.phases).toEqual(['closed', 'connecting', 'live']);
    expect(attempts()).toBe(1);
  });

  it('keeps it also where its timers come once a minute and nobody wakes it', async () => {
    const widget = listen(transport);
    await gateway.clock.pass(100);
    for (let minute = 0; minute < 5; minute++) {
      for (let i = 0; i < 12; i++) {
        gateway.clock.sleep(5_000);
        gateway.heartbeat();
      }
      await gateway.clock.pass(10);
    }
    expect(widget.phases).toEqual(['closed', 'connecting', 'live']);
    expect(attempts()).toBe(1);
  });

  it('leaves a line that has died meanwhile a second after it wakes, and goes on from its cursor', async () => {
    const widget = listen(transport);
    await gateway.clock.pass(100);
    gateway.of(transport)[0]!.muted = true;
    gateway.append('a/x');
    gateway.clock.sleep(3_600_000);
    wakes.next();
    await gateway.clock.pass(900);
    expect(widget.state.phase).toBe('live');
    await gateway.clock.pass(200);
    expect(widget.state).toMatchObject({ phase: 'resuming', reason: 'nothing heard for 11 s' });
    await gateway.clock.pass(2_000);
    expect(widget.readings).toEqual(['a/x#1']);
    expect(attempts()).toBe(2);
  });

  it('finds a line dead within a heartbeat when it comes to another network', async () => {
    const widget = listen(transport);
    await gateway.clock.pass(100);
    gateway.of(transport)[0]!.muted = true;
    await gateway.clock.pass(1_000);
    wakes.next();
    await gateway.clock.pass(5_900);
    expect(widget.state.phase).toBe('live');
    await gateway.clock.pass(200);
    expect(widget.state.phase).toBe('resuming');
  });

  it('finds a line dead without being woken, if its timers come late', async () => {
    const widget = listen(transport);
    await gateway.clock.pass(100);
    gateway.of(transport)[0]!.muted = true;
    for (let i = 0; i < 2; i++) {
      gateway.clock.sleep(60_000);
      await gateway.clock.pass(0);
    }
    expect(widget.state.phase).toBe('resuming');
  });
});

describe('a tab that comes back', () => {
  it('does not take a held poll for dead whose answer waits to be read', async () => {
    const widget = listen('long-poll');
    await gateway.clock.pass(100);
    const before = attempts();
    gateway.clock.sleep(60_000);
    gateway.append('a/x');
    await gateway.clock.pass(100);
    expect(widget.readings).toEqual(['a/x#1']);
    expect(widget.phases).toEqual(['closed', 'connecting', 'live']);
    expect(attempts() - before).toBeLessThanOrEqual(2);
  });

  it.each([...TRANSPORTS, 'auto'] as const)('on %s need not wait for the rest of a pause', async (transport) => {
    TRANSPORTS.forEach((each) => gateway.down.add(each));
    const widget = listen(transport);
    // Pauses have grown, and one of many seconds has begun.
    do await gateway.clock.pass(100);
    while ((widget.state.retryAt ?? 0) < gateway.clock.now() + 5_000);
    gateway.down.clear();
    gateway.append('a/x');
    wakes.next();
    await gateway.clock.pass(1_200);
    expect(widget.state.phase).toBe('live');
  });

  it('does not storm, however often it is shown and hidden', async () => {
    gateway.down.add('websocket');
    listen('websocket');
    await gateway.clock.pass(60_000);
    const before = attempts();
    for (let i = 0; i < 600; i++) {
      wakes.next();
      await gateway.clock.pass(100);
    }
    expect(attempts() - before).toBeLessThanOrEqual(60 / 7.5 + 60 / 15 + 1);
  });

  it('sees each reading once, in order, however it was woken and put to sleep', async () => {
    const widget = listen('auto');
    await gateway.clock.pass(100);
    for (let i = 0; i < 40; i++) {
      gateway.append('a/x');
      if (i % 3 === 0) gateway.clock.sleep(7_000 * (i % 5));
      if (i % 4 === 0) wakes.next();
      if (i % 7 === 0) gateway.cut('websocket');
      await gateway.pass(2_500);
    }
    expect(widget.readings).toEqual(ordinals('a/x', 1, 40));
    expect(widget.feed.ledger().get('a/x')).toEqual({ matched: 40, delivered: 40, withheld: 0, lost: 0 });
  });
});
