import { beforeEach, describe, expect, it } from '@jest/globals';
import { cborWriter } from '@telewire/cbor';
import type { Frame } from '@telewire/protocol';
import { Questions } from './questions.js';
import { watchedFetch } from './watched-fetch.js';

const ASKED_AT = 5_000;
const beat = (nextInMs?: number): Frame => ({
  type: 'heartbeat',
  at: 1000,
  head: 'k.7',
  ...(nextInMs !== undefined && { nextAt: 1000 + nextInMs }),
});
const answer = (nextInMs?: number) => JSON.stringify({ frames: [beat(nextInMs)] });

describe('the questions of the SDK', () => {
  let questions: Questions;
  let answers: (() => Promise<Response>)[];
  const respond = (path: string, maxHz = 60) => {
    const fetch = watchedFetch(
      () => answers.shift()!(),
      questions,
      { now: () => ASKED_AT },
      () => maxHz,
    );
    return fetch(new URL(path, 'http://gateway.test'));
  };
  const ask = async (path: string, maxHz?: number) => (await respond(path, maxHz)).text();

  beforeEach(() => {
    questions = new Questions();
    answers = [];
  });

  it.each([
    ['when the gateway says', 2_500, 60, 2_500],
    ['no sooner than the pace allows', -100, 4, 250],
    ['no sooner than twenty times a second', 0, 60, 50],
    ['after a second where it does not say', undefined, 60, 1_000],
    ['after a minute, however slow the series', 3_600_000, 60, 60_000],
  ])('are due again %s, as the SDK asks them', async (_, nextInMs, maxHz, pauseMs) => {
    answers.push(() => Promise.resolve(new Response(answer(nextInMs))));
    expect(await ask('/api/v1/readings', maxHz)).toBe(answer(nextInMs));
    expect(questions).toMatchObject({ asked: 1, nextAt: ASKED_AT + pauseMs, outSince: undefined });
  });

  it('are due when an answer in CBOR says', async () => {
    const body = Buffer.from(cborWriter.answer([cborWriter.frame(beat(2_500))]));
    answers.push(() => Promise.resolve(new Response(body)));
    const heard = await (await respond('/api/v1/readings')).arrayBuffer();
    expect(Buffer.from(heard)).toEqual(body);
    expect(questions.nextAt).toBe(ASKED_AT + 2_500);
  });

  it('are due after a second where the answer is none', async () => {
    answers.push(() => Promise.resolve(new Response('<html>')));
    await ask('/api/v1/readings');
    expect(questions.nextAt).toBe(ASKED_AT + 1_000);
  });

  it('that are held are due again at once', async () => {
    answers.push(() => Promise.resolve(new Response(answer(2_500))));
    await ask('/api/v1/readings?wait=25');
    expect(questions.nextAt).toBe(ASKED_AT);
  });

  it('that fail are no longer out', async () => {
    answers.push(() => Promise.reject<Response>(new TypeError('fetch failed')));
    await expect(ask('/api/v1/readings')).rejects.toThrow('fetch failed');
    expect(questions).toMatchObject({ asked: 1, outSince: undefined, nextAt: undefined });
  });

  it('are those for readings, and nothing else', async () => {
    answers.push(() => Promise.resolve(new Response('{}')));
    await ask('/api/v1/time');
    expect(questions.asked).toBe(0);
  });
});
