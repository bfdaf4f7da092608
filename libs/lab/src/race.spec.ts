import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BehaviorSubject, NEVER, of } from 'rxjs';
import { TRANSPORTS, type ClockEstimate } from '@telewire/client';
import { cborWriter } from '@telewire/cbor';
import { ScriptedGateway } from '../../client/testing/scripted-gateway.js';
import { ScriptedRace } from '../testing/scripted-race.js';
import type { LaneReport, RaceOptions } from './index.js';

let scripted: ScriptedRace<ScriptedGateway>;
const make = (options?: Partial<RaceOptions>) => (scripted = new ScriptedRace(new ScriptedGateway(), options));
/** A race that runs, with all five lanes live. */
const run = async (options?: Partial<RaceOptions>) => {
  make(options).start();
  await scripted.gateway.pass(1000);
  return scripted;
};
const each = <T>(read: (report: LaneReport) => T) =>
  Object.fromEntries(TRANSPORTS.map((name) => [name, read(scripted.lane(name))]));
const all = <T>(value: T) => Object.fromEntries(TRANSPORTS.map((name) => [name, value]));

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
    expect(each(({ phase, readings, repeats, lost }) => ({ phase, readings, repeats, lost }))).toEqual(
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
    expect(each(({ phase }) => phase)).toEqual(all('closed'));
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
    expect(each(({ readings, asked }) => readings + asked)).toEqual(all(0));
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
    expect(each(({ readings, lost }) => readings + lost)).toEqual(all(10));
    expect(scripted.gateway.requests.at(-1)?.wants[0]?.maxHz).toBe(5);
  });

  it('runs only the lanes that are named, and takes others in later', async () => {
    await run({ lanes: ['sse'] });
    expect(each(({ phase }) => phase)).toEqual({ ...all('closed'), sse: 'live' });
    scripted.race.change({ lanes: undefined });
    await scripted.gateway.pass(1000);
    expect(each(({ phase }) => phase)).toEqual(all('live'));
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

describe('long-poll in a race', () => {
  it('is held until there is news, and asks again', async () => {
    await run();
    await scripted.gateway.pass(1500);
    expect(scripted.lane('long-poll').doing).toMatch(/^held \d+\.\d s$/);
    const { asked } = scripted.lane('long-poll');
    await scripted.readings(10, 100);
    expect(scripted.lane('long-poll').asked).toBe(asked + 10);
    expect(scripted.lane('long-poll').restMs).toBe(0);
  });

  it('without a pace asks again at once, with the cursor of the last answer', async () => {
    await run({ unpaced: true });
    await scripted.readings(10, 100);
    const { readings, lost, asked, phase } = scripted.lane('long-poll');
    expect({ readings, lost, phase }).toEqual({ readings: 10, lost: 0, phase: 'live' });
    expect(asked).toBe(12);
    expect(scripted.own.every(({ path, maxHz }) => path === '/api/v1/lab/unpaced' && maxHz === 1000)).toBe(true);
    expect(scripted.own.map(({ after }) => after === null)).toEqual([true, ...Array<boolean>(11).fill(false)]);
  });

  it('can be switched between the two while it runs: what lay between is nobody`s', async () => {
    await run();
    await scripted.readings(5, 100);
    scripted.race.change({ unpaced: true });
    scripted.gateway.append('lab/x');
    await scripted.gateway.pass(200);
    await scripted.readings(5, 100);
    scripted.race.change({ unpaced: false });
    await scripted.gateway.pass(500);
    await scripted.readings(5, 100);
    expect(scripted.lane('long-poll')).toMatchObject({ lost: 0, repeats: 0, phase: 'live' });
    expect(scripted.lane('long-poll').readings).toBeGreaterThanOrEqual(15);
  });
});

describe('a race in CBOR', () => {
  const BINARY = ['websocket', 'http-stream', 'long-poll', 'poll'];
  /** Messages that the gateway has written in CBOR since, and the race with its lanes live. */
  const runInCbor = async (options: Partial<RaceOptions>) => {
    const written = { messages: 0 };
    make(options).gateway.binary = {
      ...cborWriter,
      frame: (frame) => {
        written.messages += 1;
        return cborWriter.frame(frame);
      },
    };
    scripted.start();
    await scripted.gateway.pass(1000);
    return written;
  };

  it.each(TRANSPORTS)('delivers every reading once on %s, in CBOR where the transport has it', async (lane) => {
    const written = await runInCbor({ format: 'cbor', lanes: [lane] });
    await scripted.readings(20, 100);
    await scripted.gateway.pass(1000);
    expect(scripted.lane(lane)).toMatchObject({ phase: 'live', readings: 20, repeats: 0, lost: 0 });
    expect(written.messages > 0).toBe(BINARY.includes(lane));
  });

  it.each([
    ['long-poll', { unpaced: true }],
    ['poll', { pollEveryMs: 500 }],
  ] as const)('asks so in the loop of its own on %s too', async (lane, terms) => {
    const written = await runInCbor({ format: 'cbor', lanes: [lane], ...terms });
    await scripted.readings(10, 100);
    await scripted.gateway.pass(1000);
    expect(scripted.lane(lane)).toMatchObject({ phase: 'live', readings: 10, repeats: 0, lost: 0 });
    expect(written.messages).toBeGreaterThan(10);
  });

  it('can be switched to while it runs: what lay between is nobody`s', async () => {
    const written = await runInCbor({});
    await scripted.readings(5, 100);
    expect(written.messages).toBe(0);
    scripted.race.change({ format: 'cbor' });
    await scripted.gateway.pass(1000);
    await scripted.readings(5, 100);
    await scripted.gateway.pass(1000);
    expect(written.messages).toBeGreaterThan(0);
    expect(each(({ phase, repeats, lost }) => ({ phase, repeats, lost }))).toEqual(
      all({ phase: 'live', repeats: 0, lost: 0 }),
    );
  });
});

describe('poll in a race', () => {
  it('asks when the gateway says, and says when that is', async () => {
    make().gateway.nextInMs = 2000;
    scripted.start();
    await scripted.gateway.pass(1000);
    expect(scripted.lane('poll').doing).toBe('asks again in 1.0 s');
    await scripted.gateway.pass(10_000);
    expect(scripted.lane('poll').restMs).toBe(2000);
    expect(scripted.lane('poll').askedHz).toBeCloseTo(0.5, 0);
  });

  it('with an interval of its own asks by that alone', async () => {
    await run({ pollEveryMs: 700 });
    await scripted.gateway.pass(5000);
    const at = scripted.own.map((question) => question.at);
    expect(at.slice(1).map((each, i) => each - at[i]!)).toEqual(Array(at.length - 1).fill(700));
    expect(at.length).toBe(9);
  });

  it('keeps its interval from question to question, however long an answer takes', async () => {
    make({ pollEveryMs: 700, lanes: ['poll'] }).slowMs = 300;
    scripted.start();
    await scripted.gateway.pass(2200);
    const at = scripted.own.map((question) => question.at);
    expect(at.slice(1).map((each, i) => each - at[i]!)).toEqual([700, 700, 700]);
    expect(scripted.lane('poll')).toMatchObject({ heldMs: 300, restMs: 400 });
    scripted.slowMs = 0;
    await scripted.gateway.pass(1000);
  });

  it('with an interval of its own gets all that came between two questions', async () => {
    await run({ pollEveryMs: 700 });
    await scripted.readings(35, 100);
    await scripted.gateway.pass(700);
    expect(scripted.lane('poll')).toMatchObject({ readings: 35, lost: 0, repeats: 0 });
  });

  it('counts what comes twice', async () => {
    await run({ pollEveryMs: 500 });
    scripted.stammers = true;
    await scripted.readings(10, 100);
    await scripted.gateway.pass(1000);
    expect(scripted.lane('poll')).toMatchObject({ readings: 10, repeats: 10 });
  });

  it('comes back a second after a question that was not answered, and asks from where it stood', async () => {
    await run({ pollEveryMs: 500 });
    await scripted.readings(3, 100);
    scripted.gateway.cut('poll');
    await scripted.gateway.pass(600);
    expect(scripted.lane('poll')).toMatchObject({ phase: 'resuming', interruptions: 1 });
    expect(scripted.lane('poll').doing).toMatch(/^cut, back in 0\.\d s$/);
    await scripted.readings(20, 100);
    await scripted.gateway.pass(600);
    expect(scripted.lane('poll')).toMatchObject({ phase: 'live', readings: 23, lost: 0 });
  });

  it('takes an answer that is not one as none', async () => {
    make({ pollEveryMs: 500 });
    scripted.gateway.answers.push(() => new Response('<html>busy</html>', { status: 200 }));
    scripted.race.change({ lanes: ['poll'] });
    scripted.start();
    await scripted.gateway.pass(100);
    expect(scripted.lane('poll')).toMatchObject({ phase: 'connecting', readings: 0 });
    await scripted.gateway.pass(1000);
    expect(scripted.lane('poll').phase).toBe('live');
  });
});
