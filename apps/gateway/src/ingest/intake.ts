import type { Message, TakeMessage } from './broker.js';

/** A message as it comes off the wire; `id` is its packet identifier where it is to be acknowledged (QoS 1). */
export interface Delivery extends Message {
  readonly id: number | undefined;
}

/** What an {@link Intake} does with its connection. */
export interface IntakeWire {
  /** Sends the acknowledgements of these packets, in this order. */
  acknowledge(ids: readonly number[]): void;
  /** A message could not be taken: the connection must end, for only a new one brings the message again. */
  cut(error: Error): void;
}

/** Messages of one connection that may be on their way into the journal at once; an MQTT 5 broker is told so. */
export const MAX_UNDER_WAY = 256;
/** Bytes of payload on their way beyond which no further message is read. */
export const MAX_BYTES_UNDER_WAY = 512 * 1024;

interface UnderWay {
  readonly id: number | undefined;
  readonly bytes: number;
  kept: boolean;
}

/**
 * The messages of one connection on their way into the journal: many at once, so that one commit holds many. Each is
 * acknowledged once it and all before it are kept (MQTT 4.6: in the order in which they came).
 */
export class Intake {
  readonly #underWay: UnderWay[] = [];
  #unsettled = 0;
  #settled: (() => void) | undefined;
  #bytes = 0;
  #flushing = false;
  #closed = false;
  #readOn: (() => void) | undefined;

  constructor(
    private readonly takeMessage: TakeMessage,
    private readonly wire: IntakeWire,
  ) {}

  /** Takes a message; calls `readOn` once there is room for another. After the end of the connection it does neither. */
  take({ id, topic, payload }: Delivery, readOn: () => void): void {
    if (this.#closed) return;
    const each: UnderWay = { id, bytes: payload.length, kept: false };
    this.#underWay.push(each);
    this.#bytes += each.bytes;
    this.#unsettled++;
    this.takeMessage({ topic, payload }).then(
      () => {
        each.kept = true;
        this.#flushSoon();
        this.#settle();
      },
      (error: unknown) => {
        this.#refuse(error);
        this.#settle();
      },
    );
    if (this.#hasRoom()) readOn();
    else this.#readOn = readOn;
  }

  /** The connection has ended: nothing more is taken, nor acknowledged. Resolves when what is under way is kept or refused. */
  close(): Promise<void> {
    this.#closed = true;
    return new Promise((resolve) => {
      if (this.#unsettled === 0) resolve();
      else this.#settled = resolve;
    });
  }

  #settle(): void {
    if (--this.#unsettled === 0) this.#settled?.();
  }

  #refuse(error: unknown): void {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    this.wire.cut(error instanceof Error ? error : new Error(String(error)));
  }

  /** Once for all that one commit has kept. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    process.nextTick(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#closed) return;
    const waiting = this.#underWay.findIndex(({ kept }) => !kept);
    const kept = this.#underWay.splice(0, waiting < 0 ? Infinity : waiting);
    for (const { bytes } of kept) this.#bytes -= bytes;
    const ids = kept.flatMap(({ id }) => (id === undefined ? [] : [id]));
    if (ids.length > 0) this.wire.acknowledge(ids);
    if (!this.#readOn || !this.#hasRoom()) return;
    const readOn = this.#readOn;
    this.#readOn = undefined;
    readOn();
  }

  #hasRoom(): boolean {
    // A broker that keeps to the number is never left unread for it: its answers to pings come the same way.
    return this.#underWay.length <= MAX_UNDER_WAY && this.#bytes < MAX_BYTES_UNDER_WAY;
  }
}
