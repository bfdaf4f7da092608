import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createEnvironmentInjector, EnvironmentInjector, runInInjectionContext } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { DeliveredReading } from '@telewire/protocol';
import { ScriptedGateway } from '../../client/testing/scripted-gateway.js';
import { GATEWAY_CLOCK, injectFeed, provideTelewire, TELEWIRE } from './index.js';

let gateway: ScriptedGateway;
let asked: string[];
let answer: Response | undefined;
const provided = (url?: string) => {
  const { WebSocket, clock: scheduler } = gateway;
  const fetch: typeof globalThis.fetch = (input) => {
    asked.push((input as URL).href);
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('fetch failed'));
  };
  return provideTelewire({ ...(url && { url }), fetch, WebSocket, scheduler, random: () => 0.5 });
};
/** The answer with the gateway's time; the page of a spec has no `Response`. */
const timeIs = (at: number) =>
  ({
    status: 200,
    headers: { get: () => 'application/json' },
    json: () => Promise.resolve({ at }),
  }) as unknown as Response;

beforeEach(() => {
  gateway = new ScriptedGateway();
  asked = [];
  answer = undefined;
  jest.useFakeTimers({ now: gateway.clock.now(), doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] });
});
afterEach(() => {
  TestBed.resetTestingModule();
  jest.useRealTimers();
});

describe('what provideTelewire provides', () => {
  it('is a client of the gateway that served the page, or of another', async () => {
    TestBed.configureTestingModule({ providers: [provided()] });
    await expect(TestBed.inject(TELEWIRE).inventory()).rejects.toThrow();
    const other = createEnvironmentInjector([provided('http://gateway.test')], TestBed.inject(EnvironmentInjector));
    await expect(other.get(TELEWIRE).inventory()).rejects.toThrow();
    expect(asked).toEqual([`${location.origin}/api/v1/series`, 'http://gateway.test/api/v1/series']);
  });

  it('brings readings to who injects a feed, for as long as that lives, and ends with its injector', async () => {
    TestBed.configureTestingModule({ providers: [provided()] });
    const root = TestBed.inject(EnvironmentInjector);
    const owner = createEnvironmentInjector([], root);
    const seen: DeliveredReading['value'][] = [];
    const feed = runInInjectionContext(owner, () =>
      injectFeed({ filters: ['a/#'] }, (readings) => seen.push(...readings.map(({ value }) => value))),
    );
    await gateway.clock.pass(100);
    gateway.append('a/x', 7);
    await gateway.clock.pass(100);
    expect(seen).toEqual([7]);
    expect(feed.state()).toMatchObject({ phase: 'live', delivering: 'websocket' });
    owner.destroy();
    await gateway.clock.pass(100);
    expect(gateway.lines.size).toBe(0);

    const longer = runInInjectionContext(root, () => injectFeed({ filters: ['a/#'] }, () => undefined));
    await gateway.clock.pass(100);
    expect(gateway.lines.size).toBe(1);
    TestBed.resetTestingModule();
    await gateway.clock.pass(100);
    expect(longer.state().phase).toBe('closed');
    expect(gateway.lines.size).toBe(0);
  });
});

describe('the clock of the gateway', () => {
  it('counts on from its estimate, renews its present four times a second, and knows when the page has slept', async () => {
    TestBed.configureTestingModule({ providers: [provided()] });
    answer = timeIs(gateway.clock.now() + 5_000);
    const clock = TestBed.inject(GATEWAY_CLOCK);
    await gateway.clock.pass(100);
    expect(clock.estimate()).toEqual({ offsetMs: 5_000, boundMs: 0 });
    expect(clock.now() - Date.now()).toBe(5_000);
    jest.advanceTimersByTime(250);
    expect(clock.present()).toBe(Date.now() + 5_000);
    expect(clock.wokeAt).toBeUndefined();
    jest.setSystemTime(Date.now() + 60_000);
    jest.advanceTimersByTime(250);
    expect(clock.wokeAt).toBe(Date.now());
  });
});
