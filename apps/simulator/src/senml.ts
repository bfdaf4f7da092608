import { encodeSampledData, isSamples, type SampledData } from '@telewire/telemetry';
import type { Measurement } from './device.js';

/**
 * A SenML record (RFC 8428 §4) as devices here send it. `sampled_` is Telewire's extension for a waveform block: the
 * underscore obliges a receiver that does not know it to refuse the pack (RFC 8428 §4.4).
 */
export interface SenmlRecord {
  bn?: string;
  bt?: number;
  n: string;
  u?: string;
  v?: number;
  vs?: string;
  vb?: boolean;
  t?: number;
  sampled_?: SampledData;
}

/**
 * Writes measurements of one device as a SenML pack in JSON. Base time is that of the earliest measurement, in epoch
 * seconds with millisecond precision.
 * @param originAt epoch milliseconds of elapsed zero
 */
export function encodePack(device: string, originAt: number, measurements: readonly Measurement[]): string {
  const baseMs = Math.min(...measurements.map((each) => Math.round(originAt + each.elapsedMs)));
  const records = measurements.map((each, index): SenmlRecord => {
    const offsetMs = Math.round(originAt + each.elapsedMs) - baseMs;
    return {
      ...(index === 0 && { bn: `${device}/`, bt: baseMs / 1000 }),
      n: each.name,
      ...(each.unit !== undefined && { u: each.unit }),
      ...valueOf(each),
      ...(offsetMs !== 0 && { t: offsetMs / 1000 }),
    };
  });
  return JSON.stringify(records);
}

function valueOf({ value, resolution }: Measurement): Pick<SenmlRecord, 'v' | 'vs' | 'vb' | 'sampled_'> {
  if (isSamples(value)) return { sampled_: encodeSampledData(value, resolution ?? 0.001) };
  if (typeof value === 'number') return { v: value };
  return typeof value === 'string' ? { vs: value } : { vb: value };
}
