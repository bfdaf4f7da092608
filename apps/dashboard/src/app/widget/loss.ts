import type { Loss } from '@telewire/angular';
import type { LateReadings } from '../telemetry/arrivals.js';

// Long enough to be read by somebody who comes back to the screen.
const SHOWN_MS = 60_000;

/** What to say about lost readings for a while after the gateway told of them; `localNow` is the local clock. */
export function lossWords(loss: Loss | undefined, localNow: number): string | undefined {
  if (loss === undefined || localNow - loss.toldAt > SHOWN_MS) return undefined;
  const readings =
    loss.count === undefined ? 'Some readings' : loss.count === 1 ? '1 reading' : `${loss.count} readings`;
  switch (loss.reason) {
    case 'evicted':
      return `${readings} lost while the link was down`;
    case 'slow':
      return `${readings} lost, this page was too slow`;
    case 'restarted':
    case 'ahead':
      return loss.count === undefined ? 'The gateway was restarted' : `${readings} lost, the gateway was restarted`;
  }
}

/** What to say about readings that came late for a while after the last of them; `now` is gateway time. */
export function lateWords(late: LateReadings | undefined, now: number): string | undefined {
  if (late === undefined || now - late.receivedAt > SHOWN_MS) return undefined;
  return late.count === 1 ? '1 reading came late' : `${late.count} readings came late`;
}
