import { expect } from '@jest/globals';
import type { Line, StallingLine } from './driver.js';
import { eventually } from './eventually.js';
import { testGateway } from './gateway.js';

/** How long the case may take, in milliseconds: it is a matter of seconds, of which a busy machine makes many. */
export const PATIENT = 120_000;

const BED = 'icu/bed-01';
/** As much as a broker takes at a time: kernels swallow megabytes before a reader that stalls shows. */
const NOTES = Array.from({ length: 4 }, () => ({ n: 'note', vs: 'x'.repeat(60_000) }));

/**
 * PROTOCOL R32 over a real socket: who stops reading is served the extremes, is told so when it reads again, and gets every
 * reading again when it has kept up; who asked to lag gets all of them.
 * @param open a line of a plain GET
 */
export async function servesLess(open: (url: string, query: string) => StallingLine): Promise<void> {
  const gateway = await testGateway();
  const count = async (service: string) => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    return new RegExp(`^telewire_degraded_subscriptions\\{service="${service}"\\} (\\d+)`, 'm').exec(text)?.[1];
  };
  const lines = ['', '&onSlow=lag'].map((patience) => open(gateway.url, `filter=icu/%23${patience}`));
  try {
    const [slow, patient] = lines.map(({ inbox }) => inbox) as [Line['inbox'], Line['inbox']];
    await Promise.all([slow.next('snapshot'), patient.next('snapshot')]);
    for (const line of lines) line.stall();
    let sent = 0;
    await eventually(async () => {
      for (let i = 0; i < 3; i++) await gateway.send(BED, NOTES);
      sent += 3 * NOTES.length;
      expect(await count('extremes')).toBe('1');
    });
    for (const line of lines) line.goOn();
    const { cursor, ...degraded } = await slow.next('degraded');
    expect(degraded).toEqual({ type: 'degraded', policy: 'extremes' });
    const { from } = await slow.next('readings');
    expect(from).toBe(cursor);
    expect(await patient.readings(sent)).toHaveLength(sent);
    // What comes while it keeps up is a reading now and then.
    let beats = 0;
    await eventually(async () => {
      await gateway.send(BED, [{ n: 'hr', v: ++beats }]);
      expect(await count('extremes')).toBeUndefined();
    });
    expect(await slow.next('degraded')).toMatchObject({ policy: 'every' });
    // The last beat may have come before it was told so.
    for (let i = 0; i < 6; i++) await gateway.send(BED, [{ n: 'hr', v: ++beats }]);
    const seen = await slow.readings(1);
    while (seen.at(-1)!.value !== beats) seen.push(...(await slow.readings(1)));
    expect(seen.map(({ n }) => n)).toEqual(seen.map((_, i) => seen[0]!.n + i));
    expect(patient.all.some(({ type }) => type === 'degraded')).toBe(false);
  } finally {
    await Promise.all(lines.map((line) => line.close()));
    await gateway.stop();
  }
}
