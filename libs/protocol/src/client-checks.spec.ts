import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { asFrame, asInventory, asPollAnswer, faultOfTerms } from './client-checks.js';
import { parseSubscriptionList } from './contract.js';
import { FrameSchema, PollAnswerSchema } from './frame.js';
import { InventorySchema } from './resource.js';

const RUNS = Number(process.env['RUNS'] ?? 3_000);
const parameters = { numRuns: RUNS, seed: Number(process.env['SEED'] ?? 20_261) };

const text = fc.constantFrom('', 'a', 'k3f9a2b1.1z4');
const number = fc.constantFrom(0, 1, -3.5, 1_790_000_000_000);
const id = { id: text };
const value = fc.constantFrom(...[72, null, 'on', true, { periodMs: 4, values: [1, null] }], {
  columnMs: 25,
  min: [1],
  max: [2],
});
const row = fc.tuple(number, number, value, number, fc.constantFrom(0, 1, 2), number);
const rows = fc.array(row, { maxLength: 2 });
const record = fc.dictionary(fc.constantFrom('a', 'b'), text);
const of = (
  type: string,
  fields: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
) =>
  fc.record(
    { type: fc.constant(type), ...fields, ...optional },
    { requiredKeys: ['type', ...Object.keys(fields)] as never[] },
  );
const frame = fc.oneof(
  of('hello', { protocol: number, at: number, heartbeatMs: number, reconnectSpreadMs: number }),
  of('subscribed', { cursor: text }, id),
  of('series', { names: record }),
  of('snapshot', { to: text, rows }, id),
  of('readings', { from: text, to: text, rows }, id),
  of('gap', { from: text, to: text, reason: fc.constantFrom('slow', 'evicted', 'lunch') }, { ...id, lost: number }),
  of('degraded', { cursor: text, policy: fc.constantFrom('every', 'paused', 'some') }, id),
  of('heartbeat', { at: number, head: text }, { cursor: text, cursors: record, nextAt: number }),
  of('error', { code: number, reason: text, message: text }, id),
  of('bye', { reason: text, retryAfterMs: number }),
);
const device = fc.record({
  device: fc.constantFrom('icu/bed-04', ' '),
  label: text,
  type: text,
  simulated: fc.boolean(),
  online: fc.constantFrom(true, null),
});
const span = fc.record({ low: number, high: number });
const series = fc.record(
  {
    series: fc.constant('icu/bed-04/hr'),
    device: text,
    label: text,
    kind: fc.constantFrom('number', 'samples', 'smell'),
    unit: text,
    intervalMs: fc.constantFrom(1000, null),
    latest: fc.option(
      fc.record({ at: number, value, quality: fc.constantFrom('good', 'fair'), n: number, receivedAt: number }),
    ),
    code: text,
    limits: span,
    range: span,
    states: fc.array(text),
  },
  { requiredKeys: ['series', 'device', 'label', 'kind', 'unit', 'intervalMs', 'latest'] },
);
const inventory = fc.record({
  at: number,
  asOf: text,
  devices: fc.array(device, { maxLength: 2 }),
  series: fc.array(series, { maxLength: 2 }),
});

const junk = fc.constantFrom<unknown>(undefined, null, 7, NaN, 'x', true, {}, [], ['x'], { a: 1 });

/** What is drawn, with junk in up to one place. */
const spoilt = (whole: fc.Arbitrary<unknown>) =>
  fc.tuple(whole, fc.option(fc.tuple(fc.nat(), junk))).map(([value, fault]) => {
    const copy = structuredClone(value);
    if (!fault) return copy;
    const places: (() => void)[] = [];
    const visit = (at: unknown) => {
      if (typeof at !== 'object' || at === null) return;
      for (const key of Object.keys(at)) {
        const held = at as Record<string, unknown>;
        places.push(() => void (held[key] = fault[1]));
        visit(held[key]);
      }
    };
    visit(copy);
    const place = places[fault[0] % (places.length + 1)];
    if (!place) return fault[1];
    place();
    return copy;
  });

/** A gateway says what a device may leave out. */
const lacksDefault = (value: unknown): boolean =>
  ((value as { devices?: { simulated?: boolean }[] }).devices ?? []).some(({ simulated }) => simulated === undefined);

const passes = (check: (value: unknown) => unknown) => (value: unknown) => {
  try {
    return check(value) === value;
  } catch (cause) {
    expect(cause).toBeInstanceOf(TypeError);
    return false;
  }
};

describe('what a client checks', () => {
  it.each([
    ['frames', asFrame, FrameSchema, frame],
    ['answers to polls', asPollAnswer, PollAnswerSchema, fc.record({ frames: fc.array(frame, { maxLength: 3 }) })],
    ['inventories', asInventory, InventorySchema, inventory],
  ] as const)('of %s is what the schema says', (_what, check, schema, whole) => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(spoilt(whole), (value) => {
        const expected = v.is(schema, value) && !lacksDefault(value);
        expect(passes(check)(value)).toBe(expected);
        seen[expected ? 'taken' : 'refused'] += 1;
      }),
      parameters,
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(RUNS / 20);
  });

  it('of what is asked for is what a gateway takes, in the same words', () => {
    const terms = fc.record(
      {
        filters: fc.array(fc.constantFrom('a/#', 'a/+', '#/a', ''), { maxLength: 3 }),
        policy: fc.constantFrom('every', 'latest', 'some'),
        maxHz: fc.constantFrom(1, 60, 0, 1001, NaN),
        onSlow: fc.constantFrom('lag', 'wait', undefined),
      },
      { requiredKeys: ['filters', 'policy', 'maxHz'] },
    );
    const refusal = (value: object) => {
      try {
        parseSubscriptionList({ subscriptions: [{ id: '1', ...value }] });
        return undefined;
      } catch (cause) {
        return (cause as Error).message.replace('subscriptions.0.', '');
      }
    };
    fc.assert(
      fc.property(terms, (value) => {
        const [fault, expected] = [faultOfTerms(value), refusal(value)];
        expect(fault?.split(':')[0]).toBe(expected?.split(':')[0]);
        if (expected?.includes('topic filter')) expect(fault).toBe(expected);
      }),
      parameters,
    );
    expect(faultOfTerms({ filters: Array<string>(65).fill('a'), policy: 'every', maxHz: 1 })).toBe(
      'filters: are 1 to 64',
    );
  });

  it.each([
    [
      asFrame,
      { type: 'gap', from: 'a', to: 'b', reason: 'lunch' },
      'reason: is none of slow, evicted, restarted, ahead',
    ],
    [asFrame, { type: 'constructor' }, 'is not a frame'],
    [asFrame, null, 'is not a frame'],
    [asPollAnswer, { frames: [{ type: 'bye', reason: 'x' }] }, 'frames.0.retryAfterMs: is not a number'],
    [asPollAnswer, { frames: 7 }, 'frames: is not a list'],
    [asInventory, 7, 'is not an object'],
    [asInventory, { at: 1, asOf: 'a', devices: [], series: [{ series: 'a b' }] }, 'series.0.series: is not a name'],
  ])('says what is wrong, and where: case %#', (check, value, fault) => {
    expect(() => check(value)).toThrow(new TypeError(fault));
  });
});
