import { type Frame } from '@telewire/protocol';

/** Names of a frame's fields; on the wire each is the number of its place here (PROTOCOL R29). New ones go to the end. */
export const FIELDS = [
  'type',
  'id',
  'from',
  'to',
  'rows',
  'cursor',
  'cursors',
  'names',
  'at',
  'head',
  'nextAt',
  'reason',
  'lost',
  'code',
  'message',
  'protocol',
  'heartbeatMs',
  'reconnectSpreadMs',
  'retryAfterMs',
  'policy',
] as const;

/** Types of frames; on the wire each is the number of its place here. New ones go to the end. */
export const TYPES = [
  'hello',
  'subscribed',
  'series',
  'snapshot',
  'readings',
  'gap',
  'heartbeat',
  'error',
  'bye',
  'degraded',
] as const satisfies readonly Frame['type'][];

type Field = (typeof FIELDS)[number];

/** The number that stands for a field. */
export const labelOf: ReadonlyMap<string, number> = new Map(FIELDS.map((field, label) => [field, label]));
/** The number that stands for a type of frame. */
export const typeOf: ReadonlyMap<string, number> = new Map(TYPES.map((type, number) => [type, number]));
/** The number of a field that every writer knows. */
export const label = (field: Field): number => FIELDS.indexOf(field);
