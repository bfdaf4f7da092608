import type { TransportName } from '@telewire/client';

const KEPT = 64;

/**
 * How long readings take from the gateway to this widget, for each transport that it has used.
 * @example
 * ```ts
 * import { DelayMeter } from '@telewire/angular';
 *
 * const delays = new DelayMeter();
 * for (const delayMs of [12, 340, 15]) delays.add('websocket', delayMs);
 * console.log(delays.median('websocket')); // 15
 * ```
 */
export class DelayMeter {
  private readonly recent = new Map<TransportName, number[]>();

  /** Takes the delay of one batch's newest reading: gateway now − received by the gateway. */
  add(transport: TransportName, delayMs: number): void {
    let kept = this.recent.get(transport);
    if (kept === undefined) this.recent.set(transport, (kept = []));
    kept.push(Math.max(0, delayMs));
    if (kept.length > KEPT) kept.shift();
  }

  /** Median of the most recent delays; `undefined` when the transport has brought nothing here. */
  median(transport: TransportName): number | undefined {
    const sorted = this.recent.get(transport)?.toSorted((a, b) => a - b);
    return sorted?.[sorted.length >> 1];
  }
}
