import { Tagged, type DecodeOptions } from 'cborg';
import type { RowValue } from '@telewire/protocol';
import { type Envelope, isEnvelope, isSamples, type Samples } from '@telewire/telemetry';

/** Decimal fraction, `[exponent, mantissa]` (RFC 8949 §3.4.4). */
const DECIMAL = 4;
/** Typed arrays, little-endian (RFC 8746 §2.1). */
const TYPED = { int8: 72, int16: 77, int32: 78, float64: 86 } as const;

// A decimal with more digits than this is not shorter than its eight bytes.
const MAX_MANTISSA = 0xffff_ffff;
// Samples are on the grid of a converter; finer than this they are written as they are.
const MAX_DECIMALS = 9;
// The difference of two of these is exact.
const MAX_WHOLE = 2 ** 52;

/** Numbers of one size: their tag, how they are read and written, and the one that says "not measured". */
interface Size {
  readonly tag: number;
  readonly bytes: number;
  readonly hole: number;
  readonly get: (view: DataView, at: number) => number;
  readonly set: (view: DataView, at: number, value: number) => void;
}

const INTEGERS: readonly Size[] = [
  {
    tag: TYPED.int8,
    bytes: 1,
    hole: -0x80,
    get: (view, at) => view.getInt8(at),
    set: (view, at, value) => view.setInt8(at, value),
  },
  {
    tag: TYPED.int16,
    bytes: 2,
    hole: -0x8000,
    get: (view, at) => view.getInt16(at, true),
    set: (view, at, value) => view.setInt16(at, value, true),
  },
  {
    tag: TYPED.int32,
    bytes: 4,
    hole: -0x8000_0000,
    get: (view, at) => view.getInt32(at, true),
    set: (view, at, value) => view.setInt32(at, value, true),
  },
];
const FLOAT: Size = {
  tag: TYPED.float64,
  bytes: 8,
  hole: NaN,
  get: (view, at) => view.getFloat64(at, true),
  set: (view, at, value) => view.setFloat64(at, value, true),
};

/** A value as it is handed to the encoder; every value comes out of {@link valueOf} as it went in. */
export function itemOf(value: RowValue): unknown {
  if (isSamples(value)) return samplesItem(value);
  if (isEnvelope(value)) return envelopeItem(value);
  return typeof value === 'number' ? numberItem(value) : value;
}

/** The value that a decoded item is. @throws TypeError when it is none */
export function valueOf(item: unknown): RowValue {
  if (!Array.isArray(item)) return item as RowValue; // the frame's schema looks at it
  const [lengthMs, exponent, unit, ...lists] = item as unknown[];
  if (typeof exponent !== 'number' || typeof unit !== 'number') throw new TypeError('not of a waveform');
  const scale = 10 ** -exponent;
  const [first, second, ...more] = lists.map((list) => {
    if (!(list instanceof TypedArray)) throw new TypeError('not samples');
    return list.values.map((each) => (each === null ? null : (each * unit) / scale));
  });
  if (!first || more.length > 0) throw new TypeError('neither a waveform block nor an envelope');
  // The frame's schema looks at the period, and that all samples are numbers.
  return second
    ? { columnMs: lengthMs as number, min: first, max: second }
    : { periodMs: lengthMs as number, values: first };
}

function numberItem(value: number): unknown {
  if (!Number.isFinite(value)) return null; // as JSON has it
  const decimal = /^(-?\d+)\.(\d+)$/.exec(String(value));
  if (!decimal) return value;
  const [, whole = '', fraction = ''] = decimal;
  const mantissa = Number(whole + fraction);
  return Math.abs(mantissa) <= MAX_MANTISSA ? new Tagged(DECIMAL, [-fraction.length, mantissa]) : value;
}

/** `[periodMs, exponent, unit, typed array]`. */
const samplesItem = ({ periodMs, values }: Samples): unknown => [periodMs, ...gridItems([values])];

/** `[columnMs, exponent, unit, typed array of the smallest, typed array of the largest]`. */
const envelopeItem = ({ columnMs, min, max }: Envelope): unknown => [columnMs, ...gridItems([min, max])];

/**
 * `exponent, unit, …typed arrays`, one for each list of samples. Samples lie on the grid of a converter, of so many units of ten
 * to the exponent, and a wave moves in small steps: integers are the steps from sample to sample, in points of the grid.
 * Floating-point numbers are the samples themselves.
 */
function gridItems(lists: readonly Samples['values'][]): unknown[] {
  const samples = lists.map(
    (list) => list.map((value) => (value !== null && Number.isFinite(value) ? value : null)), // as JSON has it
  );
  const asTheyAre = () => [0, 1, ...samples.map((list) => typed(FLOAT, list))];
  const decimals = decimalsOf(samples.flat());
  if (decimals === undefined) return asTheyAre();
  const steps = samples.map((list) => stepsOf(list, 10 ** decimals));
  const unit = steps.flat().reduce<number>((common, step) => divisorOf(common, Math.abs(step ?? 0)), 0) || 1;
  const points = steps.map((list) => list.map((step) => (step === null ? null : step / unit)));
  const sizes = points.map((list) => sizeOf(list));
  if (sizes.includes(undefined)) return asTheyAre();
  return [-decimals, unit, ...points.map((list, i) => typed(sizes[i]!, list))];
}

/** The smallest integers that hold all of these. */
function sizeOf(values: readonly (number | null)[]): Size | undefined {
  const longest = values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);
  return INTEGERS.find(({ hole }) => longest < -hole);
}

/** The greatest common divisor; with 0 the other one. */
function divisorOf(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

/** How far each sample is from the one before it, the first from 0, at this scale. */
function stepsOf(values: readonly (number | null)[], scale: number): (number | null)[] {
  let before = 0;
  return values.map((value) => {
    if (value === null) return null;
    const step = Math.round(value * scale) - before;
    before += step;
    return step;
  });
}

/** What {@link stepsOf} were taken of. */
function sumsOf(steps: readonly (number | null)[]): (number | null)[] {
  let sum = 0;
  return steps.map((step) => (step === null ? null : (sum += step)));
}

/** The decimal places with which all of these can be written, and added up, without loss; `undefined` where there are none. */
function decimalsOf(values: readonly (number | null)[]): number | undefined {
  let decimals = 0;
  for (const value of values)
    while (value !== null && !isWhole(value, decimals)) if (++decimals > MAX_DECIMALS) return undefined;
  // More places than it needs may be too many for a large one.
  return values.every((value) => value === null || isWhole(value, decimals)) ? decimals : undefined;
}

function isWhole(value: number, decimals: number): boolean {
  const scale = 10 ** decimals;
  const whole = Math.round(value * scale);
  return Math.abs(whole) <= MAX_WHOLE && whole / scale === value;
}

function typed({ tag, bytes, hole, set }: Size, values: readonly (number | null)[]): Tagged {
  const content = new Uint8Array(values.length * bytes);
  const view = new DataView(content.buffer);
  values.forEach((value, i) => set(view, i * bytes, value ?? hole));
  return new Tagged(tag, content);
}

/** Samples, or the steps between them added up: only what a tag has said to be one. */
class TypedArray {
  constructor(readonly values: readonly (number | null)[]) {}
}

function untyped({ bytes, hole, get }: Size, content: unknown): (number | null)[] {
  if (!(content instanceof Uint8Array) || content.length % bytes !== 0) throw new TypeError('not a typed array');
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  return Array.from({ length: content.length / bytes }, (_, i) => {
    const value = get(view, i * bytes);
    return Object.is(value, hole) ? null : value;
  });
}

/** Decoders of the tags that values use. */
export const VALUE_TAGS: NonNullable<DecodeOptions['tags']> = {
  [DECIMAL]: (decode) => {
    const [exponent, mantissa] = decode() as unknown[];
    if (!Number.isInteger(exponent) || !Number.isInteger(mantissa)) throw new TypeError('not a decimal fraction');
    // Read as the same text is read in JSON: the nearest double.
    return Number(`${mantissa as number}e${exponent as number}`);
  },
  ...Object.fromEntries(
    INTEGERS.map((size) => [size.tag, (decode: () => unknown) => new TypedArray(sumsOf(untyped(size, decode())))]),
  ),
  [FLOAT.tag]: (decode) => new TypedArray(untyped(FLOAT, decode())),
};
