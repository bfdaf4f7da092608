import { badRequest } from './protocol-error.js';

/** A place in a journal: everything up to and including sequence number `seq` of `epoch` is accounted for. */
export interface Position {
  /** Random name that the journal gave itself when it started. */
  readonly epoch: string;
  /** Sequence number in that epoch; 0 is before the first reading. */
  readonly seq: number;
}

/** Asks for everything that the journal still holds, in place of a cursor. */
export const EARLIEST = 'earliest';

const CURSOR = /^([0-9a-z]{8,16})\.(0|[1-9a-z][0-9a-z]{0,10})$/;

/** The cursor of a position. For everyone but the gateway it is an opaque string. */
export const formatCursor = (position: Position): string => `${position.epoch}.${position.seq.toString(36)}`;

/**
 * Reads a cursor.
 * @throws ProtocolError `bad-cursor` (4400) when the string is not one that {@link formatCursor} could have written.
 */
export function parseCursor(cursor: string): Position {
  const found = CURSOR.exec(cursor);
  const seq = found ? parseInt(found[2]!, 36) : NaN;
  if (!found || !Number.isSafeInteger(seq)) {
    throw badRequest('bad-cursor', 'after: not a cursor; send one that a frame carried, or leave it out');
  }
  return { epoch: found[1]!, seq };
}
