import { expect, it, jest } from '@jest/globals';
import { firstValueFrom, timer } from 'rxjs';
import { connect, TRANSPORTS } from '@telewire/client';
import { faultyProxy } from '../support/faulty-proxy.js';
import { testGateway } from '../support/gateway.js';

jest.setTimeout(120_000);

const SWITCHES = 100;
const READINGS_HZ = 200;

/** mulberry32: the same seed, the same switches and cuts. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

it('delivers every ordinal once and in order over a hundred random switches and cuts', async () => {
  const seed = Number(process.env['SEED'] ?? 20_260);
  const random = seeded(seed);
  const proxy = await faultyProxy();
  const gateway = await testGateway({ RECONNECT_SPREAD_MS: '50' });
  // Polls come back when the next reading is due, not after the second that they wait where nobody has announced it.
  const info = { series: 'a/b/x', label: 'X', kind: 'number' as const, unit: '1', intervalMs: 1000 / READINGS_HZ };
  await gateway.announce({ device: 'a/b', label: 'B', type: 'test', simulated: false, series: [info] });
  proxy.target(Number(new URL(gateway.url).port));
  // Lucky draws: so many cuts in a row would else be spent in pauses.
  const telewire = connect({ url: `http://127.0.0.1:${proxy.port}`, random: () => random() / 10 });
  const feed = telewire.feed({ filters: ['a/#'], transport: 'websocket', onSlow: 'lag' });

  const got: number[] = [];
  const gaps: unknown[] = [];
  let switches = 0;
  let cuts = 0;
  let until = 10;
  const used = new Map<string, number>();
  const listening = feed.batches.subscribe((batch) => {
    if (batch.kind === 'gap') return void gaps.push(batch);
    used.set(batch.transport, (used.get(batch.transport) ?? 0) + batch.readings.length);
    got.push(...batch.readings.map(({ n }) => n));
    if (got.length < until || switches === SWITCHES) return;
    until = got.length + Math.floor(random() * 40);
    feed.use(TRANSPORTS[Math.floor(random() * TRANSPORTS.length)]!);
    switches++;
    if (random() < 0.2) {
      proxy.cut();
      cuts++;
    }
  });

  let sent = 0;
  try {
    // The first reading is awaited: with it the feed has begun, and nothing may be missing from there on.
    while (got.length === 0) await gateway.send('a/b', [{ n: 'x', v: ++sent }]);
    while (switches < SWITCHES) {
      void gateway.send('a/b', [{ n: 'x', v: ++sent }]);
      await firstValueFrom(timer(1000 / READINGS_HZ));
    }
    await gateway.send('a/b', [{ n: 'x', v: ++sent }]);
    for (let i = 0; i < 1000 && got.at(-1) !== sent; i++) await firstValueFrom(timer(20));
    expect(got).toEqual(Array.from({ length: sent - got[0]! + 1 }, (_, i) => got[0]! + i));
    expect(gaps).toEqual([]);
    expect([...used.keys()].sort()).toEqual([...TRANSPORTS].sort());
    expect(cuts).toBeGreaterThan(5);
    const entry = feed.ledger().get('a/b/x')!;
    expect(entry).toMatchObject({ withheld: 0, lost: 0, matched: entry.delivered });
  } catch (error) {
    console.error(`SEED=${seed}; ${switches} switches, ${cuts} cuts, ${got.length} of ${sent}, last ${got.at(-1)}`);
    throw error;
  } finally {
    listening.unsubscribe();
    telewire.close();
    await gateway.stop();
    await proxy.close();
  }
});
