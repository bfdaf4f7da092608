import { afterEach, describe, expect, it } from '@jest/globals';
import { TRANSPORTS } from '@telewire/client';
import { cborWriter } from '@telewire/cbor';
import { ScriptedGateway } from '../../client/testing/scripted-gateway.js';
import { all, ScriptedRace } from '../testing/scripted-race.js';
import type { RaceOptions } from './index.js';

const BINARY = ['websocket', 'http-stream', 'long-poll', 'poll'];

let scripted: ScriptedRace<ScriptedGateway>;
/** A race that runs, with its lanes live, and the messages that the gateway has written in CBOR since. */
const run = async (options?: Partial<RaceOptions>) => {
  const written = { messages: 0 };
  scripted = new ScriptedRace(new ScriptedGateway(), options);
  scripted.gateway.binary = {
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

afterEach(async () => {
  scripted.stop();
  await scripted.gateway.clock.pass(0);
  expect(scripted.gateway.clock.pending).toBe(0);
  expect(scripted.gateway.lines.size).toBe(0);
});

describe('a race in CBOR', () => {
  it.each(TRANSPORTS)('delivers every reading once on %s, in CBOR where the transport has it', async (lane) => {
    const written = await run({ format: 'cbor', lanes: [lane] });
    await scripted.readings(20, 100);
    await scripted.gateway.pass(1000);
    expect(scripted.lane(lane)).toMatchObject({ phase: 'live', readings: 20, repeats: 0, lost: 0 });
    expect(written.messages > 0).toBe(BINARY.includes(lane));
  });

  it.each([
    ['long-poll', { unpaced: true }],
    ['poll', { pollEveryMs: 500 }],
  ] as const)('asks so in the loop of its own on %s too', async (lane, terms) => {
    const written = await run({ format: 'cbor', lanes: [lane], ...terms });
    await scripted.readings(10, 100);
    await scripted.gateway.pass(1000);
    expect(scripted.lane(lane)).toMatchObject({ phase: 'live', readings: 10, repeats: 0, lost: 0 });
    expect(written.messages).toBeGreaterThan(10);
  });

  it('can be switched to while it runs: what lay between is nobody`s', async () => {
    const written = await run({});
    await scripted.readings(5, 100);
    expect(written.messages).toBe(0);
    scripted.race.change({ format: 'cbor' });
    await scripted.gateway.pass(1000);
    await scripted.readings(5, 100);
    await scripted.gateway.pass(1000);
    expect(written.messages).toBeGreaterThan(0);
    expect(scripted.each(({ phase, repeats, lost }) => ({ phase, repeats, lost }))).toEqual(
      all({ phase: 'live', repeats: 0, lost: 0 }),
    );
  });
});
