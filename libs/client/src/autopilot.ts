import { CODES } from '@telewire/protocol';
import {
  begin,
  beginAway,
  DEADLINE_MS,
  decide,
  isStream,
  PIECE_MS,
  restMs,
  type AutoEvent,
  type AutoState,
  type Turn,
} from './auto.js';
import { CAP_MS, type Backoff } from './backoff.js';
import type { Channel, News } from './channel.js';
import type { Fact } from './fact.js';
import type { Memory } from './memory.js';
import type { Presence } from './presence.js';
import type { Scheduler, Timer } from './scheduler.js';
import { MARGIN_MS } from './silence.js';
import { Source } from './source.js';
import { TRANSPORTS, type TransportName } from './telewire.js';

/** Which lanes a feed is to have. */
export type Course =
  | {
      readonly use: TransportName;
      /** A second one that takes over once something has come on it. */
      readonly probe?: TransportName;
    }
  /** None until then, and this one next. */
  | { readonly restUntil: number; readonly next: TransportName };

/** What came on one of the lanes. */
export interface Heard {
  readonly transport: TransportName;
  readonly news: News;
}

/** What the autopilot needs besides. */
export interface AutopilotContext {
  readonly channel: (transport: TransportName) => Pick<Channel, 'heartbeatMs' | 'pauseMs' | 'isAway' | 'backoff'>;
  readonly presence: Pick<Presence, 'answers' | 'sought'>;
  readonly memory: Pick<Memory, 'transport' | 'works'>;
  readonly random: () => number;
  readonly scheduler: Scheduler;
}

/**
 * Carries out what {@link decide} decides: it tells it what has happened, keeps its times, and says which lanes to have. It
 * ends when the feed is refused.
 * @param working the transport that delivers already
 */
export const autopilot = (
  working: TransportName | undefined,
  heard: Fact<Heard>,
  { channel, presence, memory, random, scheduler }: AutopilotContext,
): Source<Course> =>
  new Source((listener) => {
    /** Of the turns: that of the channel that is sought, from where it was when they began. */
    let backoff: Backoff | undefined;
    const first = memory.transport ?? TRANSPORTS[0];
    const sought = presence.sought ?? (channel(first).isAway ? first : undefined);
    let state = working === undefined && sought ? beginAway(sought) : begin(working, first);
    let rest: Timer | undefined;
    let deadline: Timer | undefined;
    let restUntil = 0;
    /** When the first frame came of the attempt that is under way. */
    const firstAt = new Map<TransportName, number>();

    const allow = (transport: TransportName, ms: number) => {
      deadline?.unsubscribe();
      deadline = scheduler.schedule(() => tell({ type: 'overdue', transport }), ms);
    };
    const wait = (ms: number) => {
      rest?.unsubscribe();
      rest = scheduler.schedule(() => tell({ type: 'due' }), ms);
      return scheduler.now() + ms;
    };
    const pause = (ms: number, next: TransportName) => {
      // It must be ready by then, or it would be passed over; but no proxy may hold up all for long.
      restUntil = wait(Math.max(ms, Math.min(CAP_MS, channel(next).pauseMs)));
      listener.next({ restUntil, next });
    };
    const pauseMs = ({ sought }: Turn, before: AutoState | undefined) => {
      if (backoff && before?.phase === 'trying' && before.sought) return backoff.next(scheduler.now());
      // Another may be tried at the time that was the sought one's; from there on they take turns in its windows.
      backoff = channel(sought).backoff.copy();
      return channel(sought).pauseMs || backoff.next(scheduler.now());
    };
    const hasten = () => {
      if (state.phase !== 'pausing' || !backoff) return;
      const leftMs = restUntil - scheduler.now();
      const soonerMs = backoff.sooner(leftMs, scheduler.now());
      if (soonerMs < leftMs) pause(soonerMs, state.then.transport);
    };
    const tell = (event: AutoEvent) => {
      const next = decide(state, event);
      if (next === state) return;
      if (watched(next) !== watched(state)) deadline?.unsubscribe();
      const before = state;
      enter((state = next), before);
    };
    // What it says comes last: it may well hear of the consequences before it returns.
    const enter = (now: AutoState, before?: AutoState) => {
      rest?.unsubscribe();
      // Where something has come the search is over, though this feed does not accept it yet.
      if (now.sought && (now.phase === 'pausing' || now.phase === 'returning')) presence.sought = now.sought;
      if (now.phase === 'refused') return listener.complete();
      if (now.phase === 'pausing') return pause(pauseMs(now.then, before), now.then.transport);
      if (now.phase === 'holding') memory.works(now.transport);
      const ms = restMs(now, random());
      if (ms !== undefined) wait(ms);
      listener.next({ use: now.transport, ...(now.phase === 'probing' && { probe: now.candidate }) });
    };

    const brought = (transport: TransportName) => {
      const now = scheduler.now();
      backoff?.flowed(now);
      const since = firstAt.get(transport);
      if (!isStream(transport) || (since !== undefined && now - since >= PIECE_MS))
        return tell({ type: 'data', transport });
      if (since !== undefined) return;
      firstAt.set(transport, now);
      // Where there are no readings, the next frame is a heartbeat.
      if (transport === watched(state)) allow(transport, channel(transport).heartbeatMs + MARGIN_MS);
      tell({ type: 'first', transport });
    };

    listener.add(() => [rest, deadline].forEach((timer) => timer?.unsubscribe()));
    listener.add(presence.answers.listen(hasten));
    listener.add(
      heard.listen(({ transport, news }) => {
        const isWatched = transport === watched(state);
        switch (news.type) {
          case 'attempting':
            firstAt.delete(transport);
            if (isWatched) allow(transport, DEADLINE_MS);
            break;
          case 'subscribed':
            // Frames do come; where there are no readings, the next of them is a heartbeat.
            if (isWatched) allow(transport, Math.max(DEADLINE_MS, channel(transport).heartbeatMs + MARGIN_MS));
            break;
          case 'opened':
          case 'waiting':
          case 'sooner':
            break;
          case 'interrupted':
            if (isWatched) deadline?.unsubscribe();
            // It was the gateway that refused.
            if (news.event === 'refused') presence.sought = undefined;
            tell({ type: news.event === 'refused' ? refusal(news.code) : 'lost', transport });
            break;
          default:
            brought(transport);
        }
      }),
    );
    enter(state);
  });

/** The transport from which something must come in time. */
function watched(state: AutoState): TransportName | undefined {
  switch (state.phase) {
    case 'trying':
    case 'returning':
      return state.transport;
    case 'probing':
      return state.candidate;
    default:
      return undefined;
  }
}

const refusal = (code: number | undefined) => (isAbsent(code) ? 'absent' : 'refused');

/** An older gateway, without the address of that transport: others may work. */
export const isAbsent = (code: number | undefined): boolean => code === CODES.notFound;
