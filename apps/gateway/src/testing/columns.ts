import { isEnvelope, isSamples, type Envelope, type Samples } from '@telewire/telemetry';

/** Smallest and largest sample of a column. */
export type Extent = readonly [smallest: number, largest: number];

/** Joins, by the number of their column, the samples of blocks and the columns of envelopes; of no sample there is no column. */
export function columnsOf(
  readings: readonly { readonly at: number; readonly value: unknown }[],
  columnMs: number,
): Map<number, Extent> {
  const columns = new Map<number, Extent>();
  const join = (column: number, smallest: number, largest: number) => {
    const [low, high] = columns.get(column) ?? [Infinity, -Infinity];
    columns.set(column, [Math.min(low, smallest), Math.max(high, largest)]);
  };
  const joinBlock = (at: number, { periodMs, values }: Samples) =>
    values.forEach((value, i) => {
      if (value !== null) join(Math.floor((at + i * periodMs) / columnMs), value, value);
    });
  const joinEnvelope = (at: number, { columnMs: length, min, max }: Envelope) => {
    if (length !== columnMs) throw new Error(`columns of ${length} ms, not ${columnMs}`);
    if (min.length !== max.length) throw new Error(`${min.length} smallest and ${max.length} largest`);
    min.forEach((smallest, i) => {
      const largest = max[i]!;
      if (smallest !== null && largest !== null) join(Math.floor(at / columnMs) + i, smallest, largest);
      else if (smallest !== largest) throw new Error(`column ${i} has one of two`);
    });
  };
  for (const { at, value } of readings) {
    if (isSamples(value)) joinBlock(at, value);
    else if (isEnvelope(value)) joinEnvelope(at, value);
  }
  return columns;
}
