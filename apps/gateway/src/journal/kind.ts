import { isSamples, type Value } from '@telewire/telemetry';

/** What the journal keeps for a time of its own: waveform blocks take most of the room, all other values are to outlast them. */
export type Kind = 'values' | 'waveforms';

/** All of them. */
export const KINDS: readonly Kind[] = ['values', 'waveforms'];

/** Of values that are no waveform blocks. */
export const PLAIN: readonly Kind[] = ['values'];

/** The kind of a value. A series may have had both. */
export const kindOf = (value: Value): Kind => (isSamples(value) ? 'waveforms' : 'values');
