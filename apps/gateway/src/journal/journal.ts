import type { Observable } from 'rxjs';
import type { Position, StoredReading } from '@telewire/protocol';
import type { Reading } from '@telewire/telemetry';
import type { Kind } from './kind.js';

/** A reading on its way into the journal. */
export interface ReceivedReading extends Reading {
  /** Gateway time of receipt, epoch milliseconds. */
  readonly receivedAt: number;
  /** True when series, time and value tell it from every other reading: one that comes again is a repetition. */
  readonly identified?: boolean;
  /** What its publisher calls it, once in its series: one of the same name that comes again is a repetition. */
  readonly id?: string;
}

/** Whether the journal takes readings; the reason says why not, or what a person must know although it does. */
export interface JournalState {
  readonly taking: boolean;
  readonly reason?: string;
}

/** A reading in the journal. */
export interface JournalEntry extends StoredReading {
  /** Place in the journal: 1, 2, 3 … without holes, until the first are evicted. */
  readonly seq: number;
  /** The journal's number for the series: 1, 2, 3 … in order of first appearance. */
  readonly number: number;
  /** True when it was measured well before what its series had shown by then (PROTOCOL R31); it is found out anew at each start. */
  readonly late?: true;
  /** What its publisher calls it. */
  readonly id?: string;
}

/** Where a cursor leads: to a place the journal can go on from, or to a gap that ends at `seq`. */
export type Located =
  { readonly seq: number } | { readonly seq: number; readonly gap: 'evicted' | 'restarted' | 'ahead' };

/**
 * The one ordered, bounded memory of readings. Of each kind the entries after its tail up to the head can be read; a reading
 * is visible only once it is committed. Every implementation runs `journal.contract.ts`.
 */
export interface Journal {
  /** Random name given at the start; a cursor of another epoch leads to a gap. */
  readonly epoch: string;
  /** Sequence number of the newest committed entry; 0 when there is none. */
  readonly head: number;
  /** Of each kind the sequence number of the newest entry that has been evicted, or 0; the same object until another is. */
  readonly tails: Readonly<Record<Kind, number>>;
  /**
   * After which entry of these series nothing has been evicted, of all kinds or of some: the latest of the tails that concern
   * them. From there on everything can be read.
   */
  tailOf(numbers: readonly number[], kinds?: readonly Kind[]): number;
  /** How many entries of a kind and roughly how many bytes are held. */
  sizeOf(kind: Kind): { readonly entries: number; readonly bytes: number };
  /** Each commit, as it becomes visible. Listeners run before `append` resolves. */
  readonly committed: Observable<readonly JournalEntry[]>;
  /** How it stands on subscription, then each change. */
  readonly state: Observable<JournalState>;
  /**
   * Commits the readings in this order. Resolves when they, and everything appended before, are as safe as the
   * implementation makes them; rejects when they cannot be taken.
   */
  append(readings: readonly ReceivedReading[]): Promise<void>;
  /** The entry at `seq`; `undefined` where none is held. */
  entry(seq: number): JournalEntry | undefined;
  /** The entries held after `seq`, up to `upTo` where it is given, in order; to be read at once. */
  after(seq: number, upTo?: number): Iterable<JournalEntry>;
  /** Number of series so far; the valid numbers are `1 … seriesCount`. */
  readonly seriesCount: number;
  /** Name of a series number. */
  nameOf(number: number): string;
  /** Number of a series, `undefined` before its first reading. */
  numberOf(series: string): number | undefined;
  /**
   * The present of a series: its newest entry that is not late, of all kinds or of some, as of the head or as of what
   * {@link tailOf} says now of series among which it is (what was true where reading can begin).
   */
  latest(number: number, asOf: 'head' | number, kinds?: readonly Kind[]): JournalEntry | undefined;
  /** The same, late or not: with the highest ordinal. */
  newest(number: number, asOf: 'head' | number, kinds?: readonly Kind[]): JournalEntry | undefined;
  /** What is kept beside the readings, by name; a durable journal has it again after a restart. */
  readonly notes: ReadonlyMap<string, string>;
  /** Keeps a note in place of the one of this name, or none; it is as safe as what is appended after it. */
  note(name: string, text: string | undefined): void;
  /** Finds the place of a cursor for whoever can begin to read after `tail`. */
  locate(position: Position, tail: number): Located;
  /** Commits what is under way and lets go of what it holds open. */
  close(): Promise<void>;
}
