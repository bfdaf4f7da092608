import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { DurableJournal, type DurableOptions } from '../journal/durable-journal.js';
import type { ReceivedReading } from '../journal/journal.js';
import { StoreError } from '../journal/store.js';
import { LocalStore } from './local-store.js';
import { temporaryFolder } from './temporary-folder.js';

const DATABASE = 'journal.sqlite';
const LOG = 'journal.sqlite-wal';

/** What a turn appends: a list for each `append`. */
export type Lists = readonly (readonly ReceivedReading[])[];

/** Where a log is torn: at this part, 0 to 1, of what the last commit added, with zeros for the rest or nothing. */
export interface Tear {
  readonly at: number;
  readonly zeros: boolean;
}

/** A durable journal in a folder of its own, and all that can happen to it. */
export class JournalBench {
  readonly #top = temporaryFolder();
  #folders = 0;
  #folder = '';
  #store!: LocalStore;
  #journal!: DurableJournal;

  private constructor(private readonly options: DurableOptions) {}

  /** Begins with nothing; `end` it. */
  static async begin(options: DurableOptions): Promise<JournalBench> {
    const bench = new JournalBench(options);
    bench.#folder = bench.#newFolder();
    await bench.#open();
    return bench;
  }

  /** The journal as it runs now; each start makes another. */
  get journal(): DurableJournal {
    return this.#journal;
  }

  /** Resolves when all is acknowledged. */
  async append(lists: Lists): Promise<void> {
    await Promise.all(lists.map((each) => this.#journal.append(each)));
  }

  /** Appends while the disk is full; `meanwhile` runs once the journal has noticed, then there is room again. */
  async appendToFullDisk(lists: Lists, meanwhile: () => void): Promise<void> {
    this.#store.failure = new StoreError('unusable', 'the disk is full');
    const appended = this.append(lists);
    if (lists.some(({ length }) => length > 0))
      await firstValueFrom(this.#journal.state.pipe(filter(({ taking }) => !taking)));
    meanwhile();
    this.#store.failure = undefined;
    await appended;
  }

  /** A stop in order, and a start. */
  async restart(): Promise<void> {
    await this.#journal.close();
    await this.#open();
  }

  /** Dies between two commits, and starts. */
  async kill(): Promise<void> {
    await this.#leave(this.#newFolder());
    await this.#open();
  }

  /** Dies while it writes, and starts: of what the commit adds to the log a part is on the disk. */
  async killInCommit(lists: Lists, { at, zeros }: Tear): Promise<void> {
    const left = this.#newFolder();
    const before = this.#logSize();
    await this.append(lists);
    const after = this.#logSize();
    await this.#leave(left);
    // A log that begins again overwrites its beginning and does not grow.
    if (after > before) {
      truncateSync(join(left, LOG), before + Math.floor(at * (after - before)));
      if (zeros) truncateSync(join(left, LOG), after);
    }
    await this.#open();
  }

  /** Somebody deletes the files while they are open; a commit notices. */
  takeFileAway(): void {
    for (const file of [DATABASE, LOG]) rmSync(join(this.#folder, file), { force: true });
  }

  /** A stop, and a start that finds what is no journal. */
  async damage(): Promise<void> {
    await this.#journal.close();
    writeFileSync(join(this.#folder, DATABASE), 'x'.repeat(10_000));
    await this.#open();
  }

  /** Lets go of everything, also of what can never be acknowledged. */
  async end(): Promise<void> {
    await this.#journal.close();
    this.#top.remove();
  }

  async #open(): Promise<void> {
    this.#store = new LocalStore(this.#folder);
    ({ journal: this.#journal } = await DurableJournal.open(this.#store, this.options));
  }

  /** What lies on the disk now is what a kill leaves. */
  async #leave(folder: string): Promise<void> {
    for (const file of [DATABASE, LOG])
      if (existsSync(join(this.#folder, file))) copyFileSync(join(this.#folder, file), join(folder, file));
    await this.#store.close();
    this.#folder = folder;
  }

  #newFolder(): string {
    const folder = join(this.#top.path, String(++this.#folders));
    mkdirSync(folder);
    return folder;
  }

  #logSize(): number {
    return statSync(join(this.#folder, LOG), { throwIfNoEntry: false })?.size ?? 0;
  }
}
