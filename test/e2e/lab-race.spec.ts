import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { filter, firstValueFrom, lastValueFrom, type Subscription } from 'rxjs';
import { connect, TRANSPORTS, type ClockEstimate, type TransportName } from '@telewire/client';
import { decodePollAnswer, type LabEvent } from '@telewire/protocol';
import { duplex, LabSession, Race } from '@telewire/lab';
import { eventually } from '../support/eventually.js';
import { testGateway, type TestGateway } from '../support/gateway.js';

jest.setTimeout(120_000);

/** The pace of a feed that does not ask for another, in milliseconds. */
const FRAME_MS = 1000 / 60;
const LONG_POLL_HZ = 20; // PROTOCOL R18

let gateway: TestGateway;
const ending: (() => void)[] = [];

beforeAll(async () => {
  gateway = await testGateway({ LAB: 'on', RECONNECT_SPREAD_MS: '50' });
});

afterEach(() => {
  for (const end of ending.splice(0)) end();
});

afterAll(() => gateway.stop());

type Tally = Extract<LabEvent, { type: 'tally' }>;

/** A session, and a race on it whose lanes are all live before the first reading is made. */
async function start() {
  const session = await LabSession.open({ url: gateway.url });
  const main = connect({ url: gateway.url });
  const race = new Race({ url: session.url, filters: [session.series], clock: main.clock });
  const running: Subscription = race.lanes.subscribe();
  ending.push(() => {
    running.unsubscribe();
    main.close();
    session.close();
  });
  const lane = (name: TransportName) => race.reports().find((report) => report.lane === name)!;
  await eventually(() => expect(race.reports().map(({ phase }) => phase)).toEqual(TRANSPORTS.map(() => 'live')));
  return {
    session,
    race,
    lane,
    clock: main.clock,
    /** A tally of now: a session begins by telling the last one again. */
    tally: () => {
      const askedAt = Date.now();
      const isNew = (event: LabEvent): event is Tally => event.type === 'tally' && event.at > askedAt;
      return firstValueFrom(session.events.pipe(filter(isNew)));
    },
    /** Lets so many readings come on the WebSocket. */
    come: (count: number) => eventually(() => expect(lane('websocket').readings).toBeGreaterThanOrEqual(count)),
  };
}

/** How many readings of a series the journal holds: the truth that lanes are measured by. */
async function inJournal(series: string): Promise<number> {
  const url = new URL(`/api/v1/readings?filter=${series}&after=earliest`, gateway.url);
  let count = 0;
  for (;;) {
    const { frames } = decodePollAnswer(await (await fetch(url)).text());
    const rows = frames.flatMap((frame) => (frame.type === 'readings' ? frame.rows : []));
    const last = frames.at(-1)!;
    if (rows.length === 0) return count;
    count += rows.length;
    url.searchParams.set('after', (last as { cursor: string }).cursor);
  }
}

it('accounts for every reading on every transport at 500 a second, cut again and again; long-poll keeps its pace', async () => {
  const { session, race, lane, come, tally } = await start();
  race.restart();
  const startedAt = Date.now();
  const before = await tally();
  await session.set({ rateHz: 500 });
  await come(2500);
  const { asked } = lane('long-poll');
  const counted = (await tally()).lanes['long-poll']!.requests - before.lanes['long-poll']!.requests;
  const seconds = (Date.now() - startedAt) / 1000;
  // One more, as a window may begin right before an answer.
  expect(asked).toBeLessThanOrEqual(LONG_POLL_HZ * seconds + 1);
  expect(counted).toBeLessThanOrEqual(LONG_POLL_HZ * seconds + 1);

  await session.set({ weather: { cutEveryS: 1 } });
  await eventually(() => expect(lane('http-stream').interruptions).toBeGreaterThanOrEqual(3));
  await session.set({ rateHz: 0, weather: {} });
  // Counted again and again: what was sent last may still be on its way through the broker.
  await eventually(async () => {
    const total = await inJournal(session.series);
    expect(total).toBeGreaterThan(2500);
    for (const name of TRANSPORTS) {
      expect(lane(name)).toMatchObject({ lane: name, readings: total, repeats: 0, lost: 0 });
      const entry = { matched: total, delivered: total, withheld: 0, lost: 0 };
      expect(race.ledger(name).get(session.series)).toEqual(entry);
    }
  });
  for (const name of ['websocket', 'http-stream', 'sse'] as const) {
    expect(lane(name).interruptions).toBeGreaterThan(0);
    expect(lane(name).longestRecoveryMs).toBeGreaterThan(0);
  }
});

it('has the ages that a feed of the SDK has on the same port', async () => {
  const { session, race, lane, come, clock } = await start();
  let estimate: ClockEstimate | undefined;
  ending.push(
    (
      (each: Subscription) => () =>
        each.unsubscribe()
    )(clock.subscribe((each) => (estimate = each))),
  );
  const telewire = connect({ url: session.url });
  ending.push(() => telewire.close());
  const ages: number[] = [];
  const feed = telewire.feed({ filters: [session.series], transport: 'websocket', onSlow: 'lag' });
  feed.batches.subscribe((batch) => {
    if (batch.kind !== 'readings') return;
    const now = Date.now() + (estimate?.offsetMs ?? 0);
    for (const { at } of batch.readings) ages.push(now - at);
  });
  await firstValueFrom(feed.state.pipe(filter(({ phase }) => phase === 'live')));
  race.restart();
  // Late enough to tell an age from none, whatever else the machine does.
  await session.set({ rateHz: 100, weather: { delayMs: 200 } });
  await come(500);
  await session.set({ rateHz: 0 });
  await eventually(() => expect(ages).toHaveLength(lane('websocket').readings));
  ages.sort((a, b) => a - b);
  const median = ages[Math.ceil(ages.length / 2) - 1]!;
  expect(median).toBeGreaterThanOrEqual(190);
  // Two feeds are paced each for itself, and a step of the histogram is 2 % wide.
  expect(Math.abs(lane('websocket').p50! - median)).toBeLessThan(FRAME_MS + 0.03 * median);
});

it('shows what the naive loops cost, which can be switched on while it runs', async () => {
  const { session, race, lane, come } = await start();
  await session.set({ rateHz: 500 });
  race.change({ unpaced: true, pollEveryMs: 500 });
  await eventually(() => expect([lane('poll').phase, lane('long-poll').phase]).toEqual(['live', 'live']));
  race.restart();
  const startedAt = Date.now();
  await come(1500);
  const seconds = (Date.now() - startedAt) / 1000;
  expect(lane('long-poll').asked / seconds).toBeGreaterThan(LONG_POLL_HZ);
  expect(lane('poll').asked).toBeLessThanOrEqual(2 * seconds + 1);
  const { readings, lost, repeats } = lane('long-poll');
  expect({ lost, repeats }).toEqual({ lost: 0, repeats: 0 });
  expect(readings).toBeGreaterThan(0);
});

it('shows in the same race what CBOR saves, and says what its frames say', async () => {
  const { session, race, lane, come, tally } = await start();
  const texts: string[] = [];
  const told = session.events.subscribe((event) => {
    if (event.type !== 'messages') return;
    for (const { direction, title, text } of event.messages)
      if (direction === 'down' && title === 'binary') texts.push(text);
  });
  ending.push(() => told.unsubscribe());
  await session.set({ rateHz: 100, watch: 'websocket' });
  /** Bytes of body for each reading on each lane, while 200 come. */
  const cost = async () => {
    race.restart();
    const before = (await tally()).lanes;
    await come(200);
    const after = (await tally()).lanes;
    return Object.fromEntries(
      TRANSPORTS.map((name) => [name, (after[name]!.down.body - before[name]!.down.body) / lane(name).readings]),
    ) as Record<TransportName, number>;
  };
  const json = await cost();
  expect(texts).toEqual([]);
  race.change({ format: 'cbor' });
  await eventually(() => expect(race.reports().map(({ phase }) => phase)).toEqual(TRANSPORTS.map(() => 'live')));
  const cbor = await cost();
  // Polls bring many rows in an answer; on streams each frame has a head of its own.
  for (const name of ['websocket', 'http-stream', 'long-poll', 'poll'] as const)
    expect([name, cbor[name] / json[name] < 0.65]).toEqual([name, true]);
  expect(Math.abs(cbor.sse / json.sse - 1)).toBeLessThan(0.2);
  expect(texts.some((text) => text.startsWith('{"type":"readings"'))).toBe(true);
  for (const name of TRANSPORTS) expect(lane(name)).toMatchObject({ lane: name, repeats: 0, lost: 0 });
});

it('brings every echo back both ways: one request, or one for each word', async () => {
  const session = await LabSession.open({ url: gateway.url });
  ending.push(() => session.close());
  const reports = await lastValueFrom(duplex({ url: session.url, echoes: 20, everyMs: 5 }));
  expect(reports).toMatchObject([
    { way: 'websocket', sent: 20, returned: 20, requests: 1 },
    { way: 'sse-post', sent: 20, returned: 20, requests: 21 },
  ]);
  await eventually(async () => {
    const tallies = await firstValueFrom(session.events.pipe(filter(({ type }) => type === 'tally')));
    expect((tallies as Tally).lanes).toMatchObject({ websocket: { requests: 1 }, sse: { requests: 21 } });
  });
});
