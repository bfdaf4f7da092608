import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DeliveredReading, Inventory } from '@telewire/protocol';
import { columnsOf } from '../../apps/gateway/src/testing/columns.js';
import type { Driver, Line } from './driver.js';
import { ECG } from './ecg.js';
import { type TestGateway, testGateway } from './gateway.js';

const BED = 'icu/bed-01';
const hr = (v: number) => ({ n: 'hr', u: 'beat/min', v });
// Measured ten minutes before it is sent.
const kept = (v: number) => ({ ...hr(v), t: -600 });
const filter = (...filters: string[]) => filters.map((each) => `filter=${encodeURIComponent(each)}`).join('&');

/** The rules of PROTOCOL.md that hold on every transport; each case is titled with the rules it proves. */
export function conformance(driver: Driver): void {
  describe(`the protocol over ${driver.name} in ${driver.format}`, () => {
    let gateway: TestGateway;
    let lines: Line[] = [];
    const open = (line: Line): Line['inbox'] => {
      lines.push(line);
      return line.inbox;
    };
    const get = (query: string) => open(driver.get(gateway.url, query));
    const start = async (env?: Record<string, string>) => {
      gateway = await testGateway(env);
    };

    const hangUp = async () => {
      await Promise.all(lines.map((line) => line.close()));
      lines = [];
    };

    beforeEach(() => start());
    afterEach(async () => {
      await hangUp();
      await gateway.stop();
    });

    it('R1 R2 R11 delivers every reading once, in journal order, with rising ordinals', async () => {
      const inbox = get(filter('icu/#'));
      await inbox.next('snapshot');
      for (let i = 1; i <= 30; i++) await gateway.send(BED, [hr(60 + i), { n: 'rr', v: i }]);
      const readings = await inbox.readings(60);
      const beats = readings.filter(({ series }) => series === `${BED}/hr`);
      expect(beats.map(({ value }) => value)).toEqual(Array.from({ length: 30 }, (_, i) => 61 + i));
      expect(beats.map(({ n }) => n)).toEqual(Array.from({ length: 30 }, (_, i) => 1 + i));
    });

    it('R2 a row leaves its ordinal out only where it follows from the row before', async () => {
      await gateway.send(BED, [hr(60)]);
      const inbox = get(filter('icu/#'));
      const snapshot = await inbox.next('snapshot');
      expect(snapshot.rows.map((row) => row[5])).toEqual([1]);
      await gateway.send(BED, [hr(61)]);
      expect((await inbox.readings(1))[0]).toMatchObject({ n: 2, value: 61 });
    });

    it('R3 announces every series number before it is used', async () => {
      const inbox = get(filter('icu/#'));
      await inbox.next('snapshot');
      await gateway.send(BED, [hr(60)]);
      await gateway.send(BED, [{ n: 'rr', v: 12 }]);
      await inbox.readings(2);
      const known = new Set<string>();
      for (const frame of inbox.all) {
        if (frame.type === 'series') Object.keys(frame.names).forEach((number) => known.add(number));
        if (frame.type === 'readings') for (const [number] of frame.rows) expect(known).toContain(String(number));
      }
      expect(known.size).toBe(2);
    });

    it('R4 starts with a snapshot of the present, then goes on live', async () => {
      await gateway.send(BED, [hr(60)]);
      await gateway.send(BED, [hr(61)]);
      const inbox = get(filter('icu/#'));
      const snapshot = await inbox.next('snapshot');
      expect(inbox.rows(snapshot)).toMatchObject([{ series: `${BED}/hr`, value: 61, n: 2 }]);
      await gateway.send(BED, [hr(62)]);
      expect(await inbox.readings(1)).toMatchObject([{ value: 62, n: 3 }]);
    });

    it('R4 starts with an empty snapshot where nothing matches yet', async () => {
      expect((await get(filter('nobody/#')).next('snapshot')).rows).toEqual([]);
    });

    it('R5 goes on exactly behind the cursor, while readings keep coming (mercure#178)', async () => {
      const first = get(filter('icu/#'));
      const { to } = await first.next('snapshot');
      const sending = (async () => {
        for (let i = 1; i <= 200; i++) await gateway.send(BED, [hr(i)]);
      })();
      await first.readings(20);
      const second = get(`${filter('icu/#')}&after=${to}`);
      expect((await second.next('subscribed')).cursor).toBe(to);
      await sending;
      const readings = await second.readings(200);
      expect(readings.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
      expect(second.all.some(({ type }) => type === 'gap' || type === 'snapshot')).toBe(false);
    });

    it('R6 after=earliest delivers everything that is held', async () => {
      for (let i = 1; i <= 5; i++) await gateway.send(BED, [hr(i)]);
      expect((await get(`${filter('icu/#')}&after=earliest`).readings(5)).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
    });

    it('R7 a cursor never passes a reading that is still owed', async () => {
      const inbox = get(`${filter('icu/#')}&policy=latest&maxHz=0.5`);
      await inbox.next('snapshot');
      await gateway.send(BED, [hr(1)]);
      const { to } = await inbox.next('readings');
      // Held back by the pace of the first subscriber; whoever goes on from its cursor is still owed it.
      await gateway.send(BED, [hr(2)]);
      expect(await get(`${filter('icu/#')}&after=${to}`).readings(1)).toMatchObject([{ value: 2, n: 2 }]);
    });

    it('R8 says what was evicted, shows how things stood there, and goes on with all that is held', async () => {
      await gateway.stop();
      await start({ JOURNAL_MAX_MB: '1' });
      const { to } = await get(filter('icu/#')).next('snapshot');
      await hangUp();
      const block = { n: 'log', vs: 'x'.repeat(4000) };
      for (let i = 0; i < 30; i++)
        await gateway.send(
          BED,
          Array.from({ length: 50 }, () => block),
        );
      const late = get(`${filter('icu/#')}&after=${to}`);
      expect(await late.next('gap')).toMatchObject({ from: to, reason: 'evicted' });
      const snapshot = late.rows(await late.next('snapshot'));
      const next = await late.readings(1);
      expect(snapshot).toHaveLength(1);
      expect(next[0]!.n).toBe(snapshot[0]!.n + 1);
    });

    it('R6 R8 reaches further back for numbers than for waveforms, and begins for both where it does for waveforms', async () => {
      await gateway.stop();
      await start({ JOURNAL_MAX_MB: '1' });
      await gateway.send(BED, [hr(1)]);
      const { to } = await get(filter('icu/#')).next('snapshot');
      await hangUp();
      const sampled_ = { origin: { value: 0 }, period: 4, dimensions: 1, data: Array(500).fill('1.5').join(' ') };
      for (let i = 1; i <= 20; i++) {
        const blocks = Array.from({ length: 20 }, (_, j) => ({ n: 'ecg', u: 'mV', t: 80 * i + 4 * j, sampled_ }));
        await gateway.send(BED, [hr(1 + i), ...blocks]);
      }
      const numbers = get(`${filter('icu/+/hr')}&after=${to}`);
      const beats = await numbers.readings(20);
      expect(beats.map(({ value, n }) => [value, n])).toEqual(beats.map((_, i) => [2 + i, 2 + i]));
      expect(numbers.all.map(({ type }) => type)).not.toContain('gap');
      const earliest = get(`${filter('icu/+/hr')}&after=earliest`);
      expect((await earliest.readings(21)).map(({ n }) => n)).toEqual(Array.from({ length: 21 }, (_, i) => 1 + i));

      const both = get(`${filter('icu/#')}&after=${to}`);
      const gap = await both.next('gap');
      expect(gap).toMatchObject({ from: to, reason: 'evicted' });
      const snapshot = await both.next('snapshot');
      expect(snapshot.to).toBe(gap.to);
      // Each series goes on behind what the snapshot shows.
      const shown = new Map(both.rows(snapshot).map(({ series, n }) => [series, n]));
      expect([...shown.keys()].sort()).toEqual(['ecg', 'hr'].map((name) => `${BED}/${name}`));
      for (const { series, n } of await both.readings(100)) {
        expect(n).toBe(shown.get(series)! + 1);
        shown.set(series, n);
      }
    });

    it('R8 says that the journal began anew', async () => {
      await gateway.send(BED, [hr(70)]);
      const inbox = get(`${filter('icu/#')}&after=0123abcd.9`);
      expect(await inbox.next('gap')).toMatchObject({ reason: 'restarted' });
      expect((await inbox.next('snapshot')).rows).toEqual([]);
      expect(await inbox.readings(1)).toMatchObject([{ n: 1, value: 70 }]);
    });

    it('R8 says that a cursor lies ahead of the journal', async () => {
      await gateway.send(BED, [hr(70)]);
      const { to } = await get(filter('icu/#')).next('snapshot');
      const ahead = to.replace(/\..*/, '.zzzz');
      expect(await get(`${filter('icu/#')}&after=${ahead}`).next('gap')).toMatchObject({ reason: 'ahead' });
    });

    it('R10 filters by topic filter and includes series that appear later', async () => {
      const inbox = get(filter('icu/+/hr', 'a9/#'));
      await inbox.next('snapshot');
      await gateway.send(BED, [{ n: 'rr', v: 12 }, hr(60)]);
      await gateway.send('icu/bed-02', [hr(61)]);
      await gateway.send('a9/s01', [{ n: 'lane-1/flow', v: 1200 }]);
      const names = (await inbox.readings(3)).map(({ series }) => series);
      expect(names).toEqual([`${BED}/hr`, 'icu/bed-02/hr', 'a9/s01/lane-1/flow']);
    });

    it('R12 R13 latest delivers the newest per interval and shows in the ordinals what it left out', async () => {
      const inbox = get(`${filter('icu/#')}&policy=latest&maxHz=2`);
      await inbox.next('snapshot');
      await gateway.send(BED, [hr(1)]);
      expect(await inbox.readings(1)).toMatchObject([{ n: 1 }]);
      for (let i = 2; i <= 40; i++) await gateway.send(BED, [hr(i)]);
      const seen: number[] = [];
      while (seen.at(-1) !== 40) seen.push((await inbox.readings(1))[0]!.n);
      // Whoever polls without a pause gets what is newest each time that it asks.
      expect(seen.length).toBeLessThan(driver.name === 'poll' ? 40 : 20);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
    });

    it('R30 extremes keeps a spike of one reading however slow the pace, and shows in the ordinals what it left out', async () => {
      const inbox = get(`${filter('icu/#')}&policy=extremes&maxHz=0.5`);
      await inbox.next('snapshot');
      const beats = [70, 71, 190, 72, 40, 72, 73, 74];
      await gateway.send(BED, [...beats.map(hr), ...['a', 'b', 'c'].map((vs) => ({ n: 'mode', vs }))]);
      const readings = await inbox.readings(6);
      expect(readings.map(({ series, value, n }) => [series.slice(BED.length + 1), value, n])).toEqual([
        ['hr', 70, 1],
        ['hr', 190, 3],
        ['hr', 40, 5],
        ['hr', 74, 8],
        ['mode', 'a', 1],
        ['mode', 'c', 3],
      ]);
      // What came before a client was there is thinned for it as well.
      const late = get(`${filter('icu/#')}&policy=extremes&after=earliest`);
      expect((await late.readings(6)).map(({ n }) => n)).toEqual([1, 3, 5, 8, 1, 3]);
    });

    it('R30 R2 extremes of a waveform keeps a spike of one sample, by columns of device time, and shows what it merged', async () => {
      const query = `${filter('icu/+/ecg')}&policy=extremes&maxHz=4`;
      const live = get(query);
      await live.next('snapshot');
      for (const pack of ECG.packs()) await gateway.send(BED, pack);
      const every = await get(`${filter('icu/+/ecg')}&after=earliest`).readings(ECG.blocks);
      const raw = columnsOf(every, 250);
      expect(raw.size).toBe(40);
      for (const inbox of [live, get(`${query}&after=earliest`)]) {
        const rows: DeliveredReading[] = [];
        while (rows.at(-1)?.n !== ECG.blocks) rows.push(...(await inbox.readings(1)));
        expect(rows.map(({ n }) => n)).toEqual([...new Set(rows.map(({ n }) => n))].sort((a, b) => a - b));
        // Even who polls without a pause gets what came at once as one row.
        expect(rows.length).toBeLessThan(ECG.blocks / 2);
        for (const { value } of rows) expect(value).toMatchObject({ columnMs: 250 });
        expect(columnsOf(rows, 250)).toEqual(raw);
        expect(columnsOf(rows, 250).get(Math.floor(ECG.spikeAt / 250))?.[1]).toBe(ECG.spike);
      }
    });

    it.each(['latest', 'extremes'])('R31 %s leaves out what comes late, as its ordinals show', async (policy) => {
      const inbox = get(`${filter('icu/#')}&policy=${policy}`);
      await inbox.next('snapshot');
      await gateway.send(BED, [hr(60)]);
      expect(await inbox.readings(1)).toMatchObject([{ n: 1 }]);
      await gateway.send(BED, [kept(61), kept(62), { n: 'rr', v: 12 }]);
      expect(await inbox.readings(1)).toMatchObject([{ series: `${BED}/rr` }]);
      await gateway.send(BED, [hr(63)]);
      expect(await inbox.readings(1)).toMatchObject([{ n: 4, value: 63 }]);
      // Two changed places on the way.
      await gateway.send(BED, [{ ...hr(64), t: -0.5 }]);
      expect(await inbox.readings(1)).toMatchObject([{ n: 5, value: 64 }]);
      await gateway.send(BED, [kept(65)]);
      const late = get(`${filter('icu/#')}&policy=${policy}`);
      expect(late.rows(await late.next('snapshot'))).toMatchObject([{ n: 5, value: 64 }, { value: 12 }]);
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(metrics).toContain('telewire_late_readings_total 3\n');
      const { series } = (await (await fetch(`${gateway.url}/api/v1/series`)).json()) as Inventory;
      expect(series.find((info) => info.series === `${BED}/hr`)?.latest).toMatchObject({ n: 5, value: 64 });
    });

    it('R31 every delivers what comes late, and its snapshot shows it behind the present', async () => {
      await gateway.send(BED, [hr(60)]);
      const inbox = get(filter('icu/#'));
      await inbox.next('snapshot');
      await gateway.send(BED, [kept(61)]);
      expect(await inbox.readings(1)).toMatchObject([{ n: 2, value: 61 }]);
      const late = get(filter('icu/#'));
      expect(late.rows(await late.next('snapshot'))).toMatchObject([
        { n: 1, value: 60 },
        { n: 2, value: 61 },
      ]);
      await gateway.send(BED, [hr(62)]);
      expect(await late.readings(1)).toMatchObject([{ n: 3, value: 62 }]);
    });

    it('R14 keeps several subscriptions of one connection apart', async () => {
      await gateway.send(BED, [
        { n: 'ecg', sampled_: { origin: { value: 0 }, period: 4, dimensions: 1, data: '1 2 3' } },
      ]);
      const inbox = open(
        driver.post(gateway.url, [
          { id: 'hr', filters: ['icu/+/hr'] },
          { id: 'bad', filters: ['icu/#'], policy: 'latest' },
          { id: 'rr', filters: ['icu/+/rr'] },
        ]),
      );
      await inbox.until((frame) => frame.type === 'snapshot' && frame.id === 'rr');
      await gateway.send(BED, [hr(60), { n: 'rr', v: 12 }]);
      const came = new Map<string | undefined, string[]>();
      while (came.size < 2) {
        const frame = await inbox.next('readings');
        came.set(
          frame.id,
          inbox.rows(frame).map(({ series }) => series),
        );
      }
      expect(Object.fromEntries(came)).toEqual({ hr: [`${BED}/hr`], rr: [`${BED}/rr`] });
      expect(inbox.all.find((frame) => frame.type === 'error')).toMatchObject({
        id: 'bad',
        reason: 'latest-of-samples',
      });
    });

    it.each([
      ['no filter', ''],
      ['a filter that is none', 'filter=a%2F%23%2Fb'],
      ['an unknown policy', 'filter=a&policy=some'],
      ['a rate that is no number', 'filter=a&maxHz=fast'],
      ['an unknown parameter', 'filter=a&polices=every'],
      ['a parameter given twice', 'filter=a&maxHz=1&maxHz=2'],
    ])('R21 R22 refuses %s', async (_what, query) => {
      const { status, body } = await driver.refused(gateway.url, query || 'nothing=1');
      expect([400, 4400]).toContain(status);
      expect(body).toMatchObject({ type: 'error', code: 4400, message: expect.any(String) });
    });

    it('R9 R21 refuses a cursor that no gateway made', async () => {
      const { status, body } = await driver.refused(gateway.url, 'filter=a&after=%00x');
      expect([400, 4400]).toContain(status);
      expect(body).toMatchObject({ code: 4400, reason: 'bad-cursor' });
    });

    it('R12 R21 refuses latest of a waveform with 4422', async () => {
      await gateway.send(BED, [
        { n: 'ecg', sampled_: { origin: { value: 0 }, period: 4, dimensions: 1, data: '1 2' } },
      ]);
      const { status, body } = await driver.refused(gateway.url, `${filter('icu/#')}&policy=latest`);
      expect([422, 4422]).toContain(status);
      expect(body).toMatchObject({ code: 4422, reason: 'latest-of-samples' });
    });

    it.each([
      ['a foreign Host', { host: 'evil.example' }],
      ['a Host that only begins with a name of ours', { host: 'localhost.evil.example' }],
      ['a foreign Origin', { origin: 'http://evil.example' }],
      ['an opaque Origin', { origin: 'null' }],
    ])('R23 refuses %s', async (_what, headers) => {
      expect((await driver.refused(gateway.url, filter('a'), headers)).status).toBe(403);
    });

    it.each([
      ['newlines', 'one\ntwo\r\nthree\n\ndata: four'],
      ['quotes and backslashes', '"\\" \\u0041 \u0000'],
      ['U+2028 and text outside ASCII', 'a\u2028b\u2029 äöü 漢字 🚑'],
      ['an empty text', ''],
      ['64 KiB', 'x'.repeat(65_536)],
    ])('R24 carries %s unharmed', async (_what, text) => {
      const inbox = get(filter('icu/#'));
      await inbox.next('snapshot');
      await gateway.send(BED, [{ n: 'note', vs: text }]);
      expect((await inbox.readings(1))[0]!.value).toBe(text);
    });

    it('R24 writes a sample beyond a limit that no number can say as null', async () => {
      const inbox = get(filter('icu/#'));
      await inbox.next('snapshot');
      const data =
        '{"origin":{"value":0},"period":4,"dimensions":1,"data":"1 L 2 U","lowerLimit":-1e999,"upperLimit":3.5}';
      await gateway.publish(`telewire/data/${BED}`, `[{"bn":"${BED}/","n":"ecg","sampled_":${data}}]`);
      expect((await inbox.readings(1))[0]!.value).toEqual({ periodMs: 4, values: [1, null, 2, 3.5] });
    });

    it('R24 writes a sample that is missing as null', async () => {
      const inbox = get(filter('icu/#'));
      await inbox.next('snapshot');
      const sampled_ = { origin: { value: 0 }, period: 4, factor: 0.5, dimensions: 1, data: '2 E 4' };
      await gateway.send(BED, [{ n: 'ecg', sampled_ }]);
      expect((await inbox.readings(1))[0]!.value).toEqual({ periodMs: 4, values: [1, null, 2] });
    });

    it('R15 R17 says how the gateway behaves at the start, and a beat when all is quiet', async () => {
      await gateway.stop();
      await start({ HEARTBEAT_MS: '150' });
      const inbox = get(filter('icu/#'));
      expect(await inbox.next('hello')).toMatchObject({ protocol: 1, heartbeatMs: 150 });
      expect(inbox.all[0]!.type).toBe('hello');
      const { cursor, head } = await inbox.next('heartbeat');
      expect([cursor, head]).toEqual([expect.any(String), cursor]);
    });

    // A poll that nobody holds is not there to be told.
    if (driver.name !== 'poll') {
      it('R20 says bye when the gateway stops on purpose', async () => {
        const inbox = get(filter('icu/#'));
        await inbox.next('snapshot');
        await gateway.connected(driver.name);
        const [bye] = await Promise.all([inbox.next('bye'), gateway.stop()]);
        expect(bye).toMatchObject({ reason: 'stopping', retryAfterMs: 2000 });
        await start();
      });
    }
  });
}
