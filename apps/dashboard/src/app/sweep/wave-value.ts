import { type Envelope, isEnvelope, isSamples, type Samples } from '@telewire/telemetry';

/** True for a piece of a wave: a block of samples, or the envelope that is left of some under `extremes`. */
export const isWave = (value: unknown): value is Samples | Envelope => isSamples(value) || isEnvelope(value);
