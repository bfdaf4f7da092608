/**
 * The way from a device to the gateway may take so much longer for one reading than for another. What is more was kept
 * somewhere, or is of a clock that was set.
 */
const WAY_MS = 2_000;
/** A delay that has lasted so long, over three packs, is of a clock: what was kept is sent faster than it was measured. */
const LASTING_MS = 3_000;
/** Of a slow series two packs are enough that are so far apart. */
const SURE_MS = 10_000;
/** What is received within this time was sent together; of a pack the newest reading says how long it was on its way. */
const PACK_MS = 100;

/** When a reading was measured, by the device's clock, and when it was received, by the gateway's; epoch milliseconds. */
export interface Times {
  readonly at: number;
  readonly receivedAt: number;
}

/** Readings in a row whose delay is not the usual one. */
interface Run {
  readonly from: number;
  readonly packs: number;
  /** Of the packs before the newest: the least and the greatest of their delays. */
  readonly low: number;
  readonly high: number;
  /** The newest pack: when it began, when its last reading was received, and its least delay. */
  readonly packFrom: number;
  readonly to: number;
  readonly delayMs: number;
}

/**
 * Judges the readings of one series in the order in which they came: late or on time. A reading is late that was measured more
 * than 2 s before the newest on-time one, and whose delay (received − measured) is more than 2 s above theirs. A longer delay
 * that lasts is that of a clock which was set back; from then on such readings are on time. It keeps a few numbers.
 * @example
 * ```ts
 * import { Lateness } from '@telewire/telemetry';
 *
 * const lateness = new Lateness();
 * console.log(lateness.judge({ at: 60_000, receivedAt: 60_050 })); // false
 * console.log(lateness.judge({ at: 10_000, receivedAt: 60_100 })); // true
 * ```
 */
export class Lateness {
  /** Device time of the newest on-time reading. */
  #newestAt = -Infinity;
  /** The usual delay; below 0 where the device's clock is ahead. */
  #delayMs: number | undefined;
  #run: Run | undefined;

  /** Takes the next reading of the series. True when it is late. */
  judge({ at, receivedAt }: Times): boolean {
    const delayMs = receivedAt - at;
    const usualMs = this.#delayMs ?? delayMs;
    const beyondMs = delayMs - usualMs;
    if (Math.abs(beyondMs) <= WAY_MS) return this.#onTime(at, usualMs);
    // Nothing is received before it was measured. As far as that goes the lesser delay is the truer one: others were kept.
    if (beyondMs < 0 && delayMs >= -WAY_MS) return this.#onTime(at, delayMs);
    const lasting = this.#lastingDelay(delayMs, receivedAt);
    if (lasting !== undefined) return this.#onTime(at, lasting);
    if (beyondMs > 0 && at < this.#newestAt - WAY_MS) return true;
    this.#newestAt = Math.max(this.#newestAt, at);
    return false;
  }

  #onTime(at: number, delayMs: number): false {
    this.#delayMs = delayMs;
    this.#run = undefined;
    // What is so far ahead of a reading with the usual delay was of a clock that has been set right, or a single wrong time.
    this.#newestAt = at < this.#newestAt - WAY_MS ? at : Math.max(this.#newestAt, at);
    return false;
  }

  /** Takes an unusual delay; gives the new usual one, where it has lasted. */
  #lastingDelay(delayMs: number, receivedAt: number): number | undefined {
    const run = (this.#run = longer(this.#run, delayMs, receivedAt));
    const spanMs = receivedAt - run.from;
    const lasts = spanMs >= LASTING_MS && (run.packs >= 3 || (run.packs === 2 && spanMs >= SURE_MS));
    return lasts && isSteady(run) ? run.delayMs : undefined;
  }
}

const isSteady = ({ low, high, delayMs }: Run): boolean => Math.max(high, delayMs) - Math.min(low, delayMs) <= WAY_MS;

/** The run with one reading more; it begins anew with the last pack that is not like those before. */
function longer(run: Run | undefined, delayMs: number, receivedAt: number): Run {
  const fresh = { low: Infinity, high: -Infinity, packFrom: receivedAt, to: receivedAt, delayMs };
  // A gateway's clock may be set back too.
  if (run === undefined || receivedAt < run.to) return { from: receivedAt, packs: 1, ...fresh };
  if (receivedAt - run.packFrom < PACK_MS) return { ...run, to: receivedAt, delayMs: Math.min(run.delayMs, delayMs) };
  const { from, packs, low, high } = isSteady(run) ? run : { ...fresh, from: run.packFrom, packs: 1 };
  return {
    ...fresh,
    from,
    packs: packs + 1,
    low: Math.min(low, run.delayMs),
    high: Math.max(high, run.delayMs),
  };
}
