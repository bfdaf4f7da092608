import { type Observable, of } from 'rxjs';
import type { JournalState, ReceivedReading } from './journal.js';
import { RingJournal, type RingOptions } from './ring-journal.js';

/** A journal that lives as long as the process. */
export class MemoryJournal extends RingJournal {
  readonly state: Observable<JournalState>;

  /** @param volatileBecause why it stands in for one on disk, where that is so */
  constructor(options: RingOptions, volatileBecause?: string) {
    super(options);
    this.state = of({ taking: true, ...(volatileBecause === undefined ? {} : { reason: volatileBecause }) });
  }

  append(readings: readonly ReceivedReading[]): Promise<void> {
    if (readings.length > 0) this.enter(this.numbered(readings));
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
