import type { Observable } from 'rxjs';
import type { Position, StoredReading } from '@telewire/protocol';
import type { Reading } from '@telewire/telemetry';

/** A reading on its way into the journal. */
export interface ReceivedReading extends Reading {
  /** Gateway time of receipt, epoch milliseconds. */
  readonly receivedAt: number;
  /** True when series, time and value tell it from every other reading: one that comes again is a repetition. */
  readonly identified?: boolean;
}

/** Whether the journal takes readings; the reason says why not, or what a person must know although it does. */
export interface JournalState {
  readonly taking: boolean;
  readonly reason?: string;
}

/** A reading in the journal. */
export interface JournalEntry extends StoredReading {
  /** Place in the journal: 1, 2, 3 … without holes. */
  readonly seq: number;
  /** The journal's number for the series: 1, 2, 3 … in order of first appearance. */
  readonly number: number;
}

/** Where a cursor leads: to a place the journal can go on from, or to a gap that ends at `seq`. */
export type Located =
  { readonly seq: number } | { readonly seq: number; readonly gap: 'evicted' | 'restarted' | 'ahead' };

/**
 * The one ordered, bounded memory of readings. Entries `tail + 1 … head` can be read; a reading is visible only once it is
 * committed. Every implementation runs `journal.contract.ts`.
 */
export interface Journal {
  /** Random name given at the start; a cursor of another epoch leads to a gap. */
  readonly epoch: string;
  /** Sequence number of the newest committed entry; 0 when there is none. */
  readonly head: number;
  /** Sequence number of the newest entry that has been evicted; 0 when none has. */
  readonly tail: number;
  /** How many entries and roughly how many bytes are held. */
  readonly size: { readonly entries: number; readonly bytes: number };
  /** Each commit, as it becomes visible. Listeners run before `append` resolves. */
  readonly committed: Observable<readonly JournalEntry[]>;
  /** How it stands on subscription, then each change. */
  readonly state: Observable<JournalState>;
  /**
   * Commits the readings in this order. Resolves when they, and everything appended before, are as safe as the
   * implementation makes them; rejects when they cannot be taken.
   */
  append(readings: readonly ReceivedReading[]): Promise<void>;
  /** The entry at `seq`; `undefined` outside `tail + 1 … head`. */
  entry(seq: number): JournalEntry | undefined;
  /** Number of series so far; the valid numbers are `1 … seriesCount`. */
  readonly seriesCount: number;
  /** Name of a series number. */
  nameOf(number: number): string;
  /** Number of a series, `undefined` before its first reading. */
  numberOf(series: string): number | undefined;
  /** The newest entry of a series as of the head, or as of the tail (what was true where reading can begin). */
  latest(number: number, asOf: 'head' | 'tail'): JournalEntry | undefined;
  /** What is kept beside the readings, by name; a durable journal has it again after a restart. */
  readonly notes: ReadonlyMap<string, string>;
  /** Keeps a note in place of the one of this name, or none; it is as safe as what is appended after it. */
  note(name: string, text: string | undefined): void;
  /** Finds the place of a cursor. */
  locate(position: Position): Located;
  /** Commits what is under way and lets go of what it holds open. */
  close(): Promise<void>;
}
