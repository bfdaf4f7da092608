import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BehaviorSubject, NEVER, of } from 'rxjs';
import { TRANSPORTS, type ClockEstimate } from '@telewire/client';
import { ScriptedGateway } from '../../client/testing/scripted-gateway.js';
import { all, ScriptedRace } from '../testing/scripted-race.js';
import type { RaceOptions } from './index.js';

let scripted: ScriptedRace<ScriptedGateway>;
const make = (options?: Partial<RaceOptions>) => (scripted = new ScriptedRace(new ScriptedGateway(), options));
/** A race that runs, with its lanes live. */
const run = async (options?: Partial<RaceOptions>) => {
  make(options).start();
  await scripted.gateway.pass(1000);
};

beforeEach(() => void make());

afterEach(async () => {
  scripted.stop();
  await scripted.gateway.clock.pass(0);
  expect(scripted.gateway.clock.pending).toBe(0);
  expect(scripted.gateway.lines.size).toBe(0);
});

describe('a race', () => {
  it('delivers every reading once on each of the five lanes', async () => {
    await run();
    await scripted.readings(20, 100);
    await scripted.gateway.pass(1000);
    expect(scripted.each(({ phase, readings, repeats, lost }) => ({ phase, readings, repeats, lost }))).toEqual(
      all({ phase: 'live', readings: 20, repeats: 0, lost: 0 }),
    );
  });

  it('reports four times a second, and only while somebody listens', async () => {
    await run();
    scripted.reports = [];
    await scripted.gateway.pass(2000);
    expect(scripted.reports).toHaveLength(8);
    scripted.stop();
    await scripted.gateway.pass(2000);
    expect(scripted.reports).toHaveLength(8);
    expect(scripted.each(({ phase }) => phase)).toEqual(all('closed'));
  });

  it('has a connection of its own for each lane', async () => {
    await run();
    expect(TRANSPORTS.map((name) => scripted.gateway.of(name).length)).toEqual([1, 1, 1, 1, 0]);
  });

  it('takes ages by the clock of the devices', async () => {
    await run({ clock: of({ offsetMs: 40, boundMs: 1 }) });
    await scripted.readings(10, 100);
    await scripted.gateway.pass(500);
    const { p50, p99, ages } = scripted.lane('websocket');
    expect([p50, p99]).toEqual([40, 40]);
    expect(ages.counts.reduce((sum, count) => sum + count, 0)).toBe(10);
  });

  it('follows the clock as it is known better', async () => {
    const clock = new BehaviorSubject<ClockEstimate>({ offsetMs: 900, boundMs: 500 });
    await run({ clock });
    clock.next({ offsetMs: 10, boundMs: 1 });
    await scripted.readings(3, 100);
    expect(scripted.lane('sse').p99).toBe(10);
  });

  it('begins without the clock when that is not to be had', async () => {
    make({ clock: NEVER }).start();
    await scripted.gateway.pass(1900);
    expect(scripted.gateway.requests).toEqual([]);
    await scripted.gateway.pass(200);
    expect(scripted.lane('sse').phase).toBe('live');
  });

  it('asks the gateway for the clock itself where none is given', async () => {
    await run({ clock: undefined });
    expect(scripted.gateway.requests.some(({ path }) => path === '/api/v1/time')).toBe(true);
  });

  it('tells how old what is shown is: half the interval more than the age', async () => {
    await run();
    await scripted.readings(1, 0);
    scripted.race.restart();
    await scripted.readings(10, 1000);
    expect(scripted.lane('websocket').shownAgeMs).toBeCloseTo(500, -1);
  });

  it('does not hold against a lane what was old before the race began', async () => {
    make().gateway.append('lab/x');
    await scripted.gateway.pass(50_000);
    scripted.start();
    await scripted.gateway.pass(1000);
    expect(scripted.lane('websocket').shownAgeMs).toBeUndefined();
    await scripted.readings(1, 500);
    expect(scripted.lane('websocket').shownNowMs).toBe(500);
    expect(scripted.lane('websocket').shownAgeMs).toBe(250);
  });

  it('counts from zero on a restart, without a line being opened anew', async () => {
    await run();
    await scripted.readings(5, 100);
    const { sockets } = scripted.gateway;
    scripted.race.restart();
    expect(scripted.each(({ readings, asked }) => readings + asked)).toEqual(all(0));
    await scripted.readings(3, 100);
    expect(scripted.lane('websocket')).toMatchObject({ readings: 3, lost: 0 });
    expect(scripted.gateway.sockets).toBe(sockets);
  });

  it('changes the contract of all lanes while it runs, and loses nothing by it', async () => {
    await run();
    await scripted.readings(5, 100);
    scripted.race.change({ maxHz: 5 });
    await scripted.readings(5, 100);
    await scripted.gateway.pass(1000);
    expect(scripted.each(({ readings, lost }) => readings + lost)).toEqual(all(10));
    expect(scripted.gateway.requests.at(-1)?.wants[0]?.maxHz).toBe(5);
  });

  it('runs only the lanes that are named, and takes others in later', async () => {
    await run({ lanes: ['sse'] });
    expect(scripted.each(({ phase }) => phase)).toEqual({ ...all('closed'), sse: 'live' });
    scripted.race.change({ lanes: undefined });
    await scripted.gateway.pass(1000);
    expect(scripted.each(({ phase }) => phase)).toEqual(all('live'));
  });

  it('counts an interruption, and the time from it to the next reading', async () => {
    await run();
    await scripted.readings(5, 100);
    scripted.gateway.cut('http-stream');
    await scripted.gateway.pass(10);
    expect(scripted.lane('http-stream')).toMatchObject({ phase: 'resuming', doing: 'cut, back in 1.0 s' });
    await scripted.readings(30, 100);
    const { interruptions, longestRecoveryMs, lost, readings } = scripted.lane('http-stream');
    expect({ interruptions, lost, readings }).toEqual({ interruptions: 1, lost: 0, readings: 35 });
    expect(longestRecoveryMs).toBe(1000);
    expect(scripted.lane('websocket').interruptions).toBe(0);
  });

  it('tells for how long who was cut has not been back, until it is', async () => {
    await run();
    await scripted.readings(5, 100);
    expect(scripted.lane('sse')).not.toHaveProperty('notBackMs');
    scripted.gateway.cut('sse');
    await scripted.gateway.pass(600);
    expect(scripted.lane('sse')).toMatchObject({ interruptions: 1, notBackMs: 600 });
    expect(scripted.lane('sse')).not.toHaveProperty('longestRecoveryMs');
    expect(scripted.lane('websocket')).not.toHaveProperty('notBackMs');
    await scripted.readings(20, 100);
    expect(scripted.lane('sse').longestRecoveryMs).toBeGreaterThan(600);
    expect(scripted.lane('sse')).not.toHaveProperty('notBackMs');
  });

  it('waits for nobody who no longer asks', async () => {
    await run();
    await scripted.readings(5, 100);
    scripted.gateway.cut('sse');
    await scripted.gateway.pass(100);
    scripted.race.change({ lanes: ['websocket'] });
    await scripted.gateway.pass(600);
    expect(scripted.lane('sse')).not.toHaveProperty('notBackMs');
  });

  it('tells of the longest time without a reading', async () => {
    await run();
    await scripted.readings(3, 700);
    await scripted.readings(1, 100);
    expect(scripted.lane('sse').longestSilenceMs).toBe(700);
  });

  it('counts what the gateway says is lost', async () => {
    await run();
    await scripted.readings(3, 100);
    scripted.gateway.cut('sse');
    for (let i = 0; i < 4; i++) scripted.gateway.append('lab/x');
    scripted.gateway.evict();
    await scripted.gateway.pass(3000);
    await scripted.readings(2, 100);
    expect(scripted.lane('sse')).toMatchObject({ readings: 5, lost: 4 });
    const booked = scripted.race.ledger('sse').get('lab/x');
    expect(booked).toMatchObject({ delivered: 5, lost: 4 });
    expect(scripted.lane('websocket')).toMatchObject({ readings: 9, lost: 0 });
  });
});
