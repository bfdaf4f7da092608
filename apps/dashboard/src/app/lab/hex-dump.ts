import type { LabMessage } from '@telewire/protocol';
import { plainText } from './wire-words.js';

/** A run of bytes in a row that are all content, or all not. */
export interface HexRun {
  readonly text: string;
  readonly header: boolean;
}

/** A row of a dump: where it begins, its bytes in runs, and the same as letters where they have one. */
export interface HexRow {
  readonly at: number;
  readonly runs: readonly HexRun[];
  readonly letters: string;
}

/** Where the content lies within a message's bytes: from, and to but not including. */
export type Content = readonly [from: number, to: number];

/** The bytes of a message as they passed. */
export function bytesOf({ bytes }: Pick<LabMessage, 'bytes'>): Uint8Array {
  const binary = atob(bytes);
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

/**
 * Where the content begins and ends: its text is looked for among the bytes, so that what goes around it on both sides (an
 * event's `data: `, a chunk's line end) is told from it. A masked payload is not found: then the header is what comes first.
 */
export function contentOf(message: Pick<LabMessage, 'lane' | 'header' | 'body' | 'text'>, bytes: Uint8Array): Content {
  if (message.body === 0) return [bytes.length, bytes.length];
  // The text may be cut in the middle of a letter, so its last ones are not looked for.
  const start = new TextEncoder().encode(plainText(message).slice(0, 32));
  const from = start.length === 0 ? -1 : indexOf(bytes, start);
  const first = from >= 0 ? from : Math.min(message.header, bytes.length);
  return [first, Math.min(bytes.length, first + message.body)];
}

function indexOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = 0; at + part.length <= bytes.length; at++) {
    let same = 0;
    while (same < part.length && bytes[at + same] === part[same]) same++;
    if (same === part.length) return at;
  }
  return -1;
}

/** The bytes in rows of `perRow`, each split where content begins or ends. */
export function hexRows(bytes: Uint8Array, [from, to]: Content, perRow = 12): HexRow[] {
  const rows: HexRow[] = [];
  for (let at = 0; at < bytes.length; at += perRow) {
    const runs: { text: string; header: boolean }[] = [];
    let letters = '';
    for (let i = at; i < Math.min(at + perRow, bytes.length); i++) {
      const byte = bytes[i] ?? 0;
      const header = i < from || i >= to;
      const last = runs.at(-1);
      const text = byte.toString(16).padStart(2, '0');
      if (last?.header === header) last.text += ` ${text}`;
      else runs.push({ text, header });
      letters += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
    }
    rows.push({ at, runs, letters });
  }
  return rows;
}
