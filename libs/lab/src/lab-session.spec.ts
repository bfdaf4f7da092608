import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LabEvent } from '@telewire/protocol';
import { settle } from '../../client/testing/virtual-clock.js';
import { OPEN, ScriptedLab } from '../testing/scripted-lab.js';
import { LabSession } from './index.js';

let lab: ScriptedLab;
const options = () => ({ url: 'http://gateway.test:3000', fetch: lab.fetch });
const bytes = { header: 1, body: 2 };
const tally = (at: number): LabEvent => ({
  type: 'tally',
  at,
  http: 1,
  lanes: { sse: { requests: 1, connections: 1, open: 1, up: bytes, down: bytes } },
  marks: [[at, 'sse', 'down', 7, 120]],
});
const listen = (session: LabSession) => {
  const heard: unknown[] = [];
  session.events.subscribe({
    next: (event) => heard.push(event),
    error: (error: Error) => heard.push(`${error.name}: ${error.message}`),
    complete: () => heard.push('complete'),
  });
  return heard;
};

beforeEach(() => void (lab = new ScriptedLab()));

describe('a lab session', () => {
  it('opens with its id, its series, and the address of its proxy on the same host', async () => {
    const session = await LabSession.open(options());
    expect(session).toMatchObject({ id: 's 1', port: 4321, series: 'lab/s1/x', url: 'http://gateway.test:4321' });
    expect(lab.requests).toEqual([{ method: 'POST', path: '/api/v1/lab/sessions', body: undefined }]);
    session.close();
  });

  it('hands on what it says, however the lines are cut', async () => {
    const session = await LabSession.open(options());
    const heard = listen(session);
    const text = JSON.stringify(tally(1)) + '\n\n' + JSON.stringify(tally(2)) + '\n';
    for (let i = 0; i < text.length; i += 11) {
      lab.write(text.slice(i, i + 11));
      await settle();
    }
    expect(heard).toEqual([OPEN, tally(1), tally(2)]);
    session.close();
  });

  it('tells whoever comes later of the opening and the last tally', async () => {
    const session = await LabSession.open(options());
    lab.say(tally(1));
    lab.say(tally(2));
    await settle();
    expect(listen(session)).toEqual([OPEN, tally(2)]);
    session.close();
  });

  it('says settings and acts to itself, one after the other', async () => {
    const session = await LabSession.open(options());
    let answer!: () => void;
    lab.answers.push(() => new Promise((resolve) => (answer = () => resolve(new Response(null, { status: 204 })))));
    const said = [
      session.set({ rateHz: 10 }),
      session.set({ rateHz: 20 }),
      session.act({ connection: 3, act: 'kill' }),
    ];
    await settle();
    expect(lab.requests).toHaveLength(2);
    answer();
    await Promise.all(said);
    expect(lab.requests.slice(1)).toEqual([
      { method: 'PUT', path: '/api/v1/lab/sessions/s%201', body: { rateHz: 10 } },
      { method: 'PUT', path: '/api/v1/lab/sessions/s%201', body: { rateHz: 20 } },
      { method: 'POST', path: '/api/v1/lab/sessions/s%201/acts', body: { connection: 3, act: 'kill' } },
    ]);
    session.close();
  });

  it('goes on after a setting that was refused', async () => {
    const session = await LabSession.open(options());
    lab.answers.push(() =>
      Response.json(
        { type: 'error', code: 4400, reason: 'bad-settings', message: 'rateHz is too high' },
        { status: 400 },
      ),
    );
    await expect(session.set({ rateHz: 500 })).rejects.toMatchObject({
      reason: 'refused',
      message: 'rateHz is too high',
      isEnd: false,
    });
    await expect(session.set({ rateHz: 5 })).resolves.toBeUndefined();
    session.close();
  });

  it.each([
    ['no-session', 'ended', 'the session is over'],
    ['no-connection', 'gone', 'the connection is closed'],
    ['not-found', 'off', 'this gateway has no lab'],
  ])('tells what it is that is not there: %s is %s', async (said, reason, message) => {
    const session = await LabSession.open(options());
    const body = { type: 'error', code: 4404, reason: said, message: 'in other words' };
    lab.answers.push(() => Response.json(body, { status: 404 }));
    await expect(session.act({ connection: 1, act: 'ping' })).rejects.toMatchObject({ reason, message });
    await expect(session.act({ connection: 2, act: 'ping' })).resolves.toBeUndefined();
    session.close();
  });

  it('is over when it is closed: the request ends, and nothing more can be said to it', async () => {
    const session = await LabSession.open(options());
    const heard = listen(session);
    session.close();
    await settle();
    expect(lab.aborted).toBe(true);
    expect(heard).toEqual([OPEN, 'complete']);
    await expect(session.set({ rateHz: 5 })).rejects.toMatchObject({ name: 'LabError', reason: 'ended', isEnd: true });
  });

  it.each([
    ['ends', () => lab.end(), 'LabError: the gateway has ended the session'],
    [
      'says that it does',
      () => lab.say({ type: 'end', message: 'a session lasts two hours at most' }),
      'LabError: a session lasts two hours at most',
    ],
    ['breaks', () => lab.cut(), 'LabError: the line to the lab is lost'],
    ['talks nonsense', () => lab.write('{"type":"weather"}\n'), 'LabError: what answers is not a lab'],
    ['is not JSON', () => lab.write('<html>\n'), 'LabError: what answers is not a lab'],
  ])('says why when the line %s', async (_, happens, why) => {
    const session = await LabSession.open(options());
    const heard = listen(session);
    happens();
    await settle();
    expect(heard).toEqual([OPEN, why]);
    expect(listen(session).at(-1)).toBe(why);
  });

  it.each([
    ['off', 404, undefined, 'this gateway has no lab'],
    ['full', 429, undefined, 'too many sessions run at this gateway; try again later'],
    ['full', 503, { type: 'error', code: 4503, reason: 'busy', message: 'four sessions run' }, 'four sessions run'],
    ['refused', 403, { type: 'error', code: 4403, reason: 'forbidden', message: 'not from there' }, 'not from there'],
    ['refused', 500, { statusCode: 500, message: 'Internal' }, 'the gateway answered 500'],
  ])('is not to be had: %s (%d)', async (reason, status, body, message) => {
    lab.answers.push(() => (body ? Response.json(body, { status }) : new Response('no', { status })));
    await expect(LabSession.open(options())).rejects.toMatchObject({ name: 'LabError', reason, message });
  });

  it('is not to be had where nothing answers, or something else does', async () => {
    lab.answers.push(() => Promise.reject(new TypeError('fetch failed')));
    await expect(LabSession.open(options())).rejects.toMatchObject({ reason: 'unreachable' });
    lab.answers.push(() => new Response('<html></html>\n'));
    let signal: AbortSignal | null | undefined;
    const fetch: typeof lab.fetch = (input, init) => lab.fetch(input, { ...init, signal: (signal = init?.signal) });
    await expect(LabSession.open({ ...options(), fetch })).rejects.toMatchObject({ reason: 'refused' });
    expect(signal?.aborted).toBe(true);
    lab.answers.push(() => new Response(''));
    await expect(LabSession.open(options())).rejects.toMatchObject({ reason: 'refused' });
  });
});
