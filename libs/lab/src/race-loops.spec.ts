import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedGateway } from '../../client/testing/scripted-gateway.js';
import { ScriptedRace } from '../testing/scripted-race.js';
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
