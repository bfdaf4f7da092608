/** Injection token of the clock and timers, an RxJS SchedulerLike. */
export const SCHEDULER = Symbol('scheduler');
/** Injection token of the link to the broker. */
export const BROKER = Symbol('broker');
/** Injection token of the journal. */
export const JOURNAL = Symbol('journal');
