import { describe, expect, it } from '@jest/globals';
import { ScriptedLab } from '../testing/scripted-lab.js';
import { labState, reachesLab, type LabState } from './index.js';

const NOT_FOUND = { type: 'error', code: 4404, reason: 'not-found', message: 'no such address' };

describe('whether there is a lab', () => {
  it.each<[LabState, string, () => Response | Promise<Response>]>([
    ['on', 'it says so', () => Response.json({ enabled: true })],
    ['off', 'a gateway knows no such address', () => Response.json(NOT_FOUND, { status: 404 })],
    ['unreachable', 'nothing answers', () => Promise.reject<Response>(new TypeError('fetch failed'))],
    ['unreachable', 'a proxy finds no gateway', () => new Response('<html></html>', { status: 502 })],
    ['foreign', 'a page answers', () => new Response('<html></html>')],
    ['foreign', 'another program knows no such address', () => new Response('no', { status: 404 })],
    ['foreign', 'something else answers', () => Response.json({ enabled: 'perhaps' })],
    ['foreign', 'nothing is said', () => Response.json(null)],
  ])('is %s where %s', async (state, _, answer) => {
    const lab = new ScriptedLab();
    lab.answers.push(answer);
    expect(await labState({ url: 'http://gateway.test:3000', fetch: lab.fetch })).toBe(state);
    expect(lab.requests).toEqual([{ method: 'GET', path: '/api/v1/lab', body: undefined }]);
  });
});

describe('a page', () => {
  it.each([
    ['http://localhost:3000/lab', true],
    ['http://127.0.0.1/lab', true],
    ['http://192.168.1.5:3000/lab', true],
    ['https://telewire.example:8443/lab', true],
    ['http://[::1]:3000/lab', false],
    ['http://[fd00::7]/lab', false],
    ['http://my_gateway:3000/lab', false],
  ])('%s reaches the proxies of the lab: %p', (url, reaches) => expect(reachesLab(new URL(url))).toBe(reaches));
});
