import { TRANSPORTS, type TransportName } from './telewire.js';

/** A lane is left when it has been silent for this long before anything came on it. */
export const DEADLINE_MS = 5_000;
/** What comes within this time is one piece: a proxy may have held it and let go of it once, and never again. */
export const PIECE_MS = 100;
/** What passes wherever anything does. */
const RELIEF = 'long-poll';
/** In which order others are tried in turn with the one that is sought: first what burdens a gateway least that is just back. */
const IN_TURN: readonly TransportName[] = ['websocket', 'http-stream', RELIEF, 'sse', 'poll'];
/** Attempts in a row that may fail on a transport that has worked. */
export const MAX_FAILURES = 2;
/** A better transport is tried again after this long, then after twice as long … */
export const FIRST_PROBE_MS = 10_000;
/** … up to this long. */
export const LONGEST_PROBE_MS = 300_000;

interface Common {
  /** Transports that this gateway does not have, or will not give: not asked for again while another one works. */
  readonly absent: readonly TransportName[];
  /** Probes in a row that brought nothing. */
  readonly vain: number;
  /**
   * It worked and was lost, or is what is remembered (else the best) where all were tried in vain, and nothing has worked since:
   * most likely the gateway is gone, and each attempt waits for its turn.
   */
  readonly sought?: TransportName | undefined;
  /** It worked on this network last time, and nothing has worked since. */
  readonly remembered?: TransportName | undefined;
}

/** One is tried, and others have been in the same round. */
export interface Trying extends Common {
  readonly phase: 'trying';
  readonly transport: TransportName;
  readonly tried: readonly TransportName[];
  /** Something has come on it, though not enough to accept it. */
  readonly begun?: true;
}

/** One is tried in turn with the one that is sought. */
export interface Turn extends Trying {
  readonly sought: TransportName;
}

/** Where `auto` stands. `transport` is the one in use or being tried. */
export type AutoState = Common &
  (
    | Trying
    /** Most likely the gateway is gone: there is a pause before the next is tried. */
    | { readonly phase: 'pausing'; readonly then: Turn }
    /** `failures`: how often in a row it was lost soon after it had worked. */
    | { readonly phase: 'holding'; readonly transport: TransportName; readonly failures: number }
    /** A better one is tried beside the one that works; `failures` when that has been lost meanwhile. */
    | {
        readonly phase: 'probing';
        readonly transport: TransportName;
        readonly candidate: TransportName;
        readonly failures?: number;
      }
    /** It worked and was lost: it is tried again itself. */
    | { readonly phase: 'returning'; readonly transport: TransportName; readonly failures: number }
    | { readonly phase: 'refused' }
  );

/**
 * What `auto` hears. Of a transport: the `first` frame of a stream has come, `data` has come so that it can be accepted (on a
 * stream a second frame, in a piece of its own), the line is `lost`, it is `overdue` before that, the gateway does not have it
 * (`absent`), or refuses what is asked for. `due`: the time that {@link restMs} gave is over.
 */
export type AutoEvent =
  | { readonly type: 'first' | 'data' | 'lost' | 'overdue' | 'absent' | 'refused'; readonly transport: TransportName }
  | { readonly type: 'due' };

type Phase = AutoState['phase'];
type StateOf<P extends Phase> = Extract<AutoState, { phase: P }>;
type Rules = { readonly [P in Phase]: (state: StateOf<P>, event: AutoEvent) => AutoState };

/** Where `auto` begins: with the best, beside the one that works if any does; else with the one that is `remembered`. */
export function begin(working?: TransportName, remembered: TransportName = TRANSPORTS[0]): AutoState {
  if (working === undefined)
    return { phase: 'trying', transport: remembered, tried: [], absent: [], vain: 0, remembered };
  return probeFrom({ transport: working, absent: [], vain: 0 }, undefined);
}

/** Where `auto` begins while other feeds seek the gateway: with its turn, as they do. */
export const beginAway = (sought: TransportName): AutoState =>
  pauseBefore({ phase: 'trying', transport: sought, tried: [], absent: [], vain: 0, sought });

/** True of a transport whose one answer goes on for ever. */
export const isStream = (transport: TransportName): boolean => transport !== 'long-poll' && transport !== 'poll';

/** The transports before `transport` in the order of preference that the gateway may have. */
export const better = ({ transport, absent }: { transport: TransportName; absent: readonly TransportName[] }) =>
  TRANSPORTS.slice(0, TRANSPORTS.indexOf(transport)).filter((each) => !absent.includes(each));

/** Where `event` leads. Total: every phase has an answer to every event, most often to stay as it is. */
export function decide(state: AutoState, event: AutoEvent): AutoState {
  const next = (RULES[state.phase] as (state: AutoState, event: AutoEvent) => AutoState)(state, event);
  const { remembered } = state;
  return next === state || !remembered || next.phase === 'holding' ? next : { ...next, remembered };
}

/** How long to wait for `due` in a state that waits for it, by the draw `random` (0 to 1); for a pause, see the backoff. */
export function restMs(state: AutoState, random: number): number | undefined {
  if (state.phase !== 'holding') return undefined;
  if (better(state).length > 0)
    return Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** state.vain) * (0.75 + random / 2);
  // A transport that holds for so long has proven itself.
  return state.failures + state.vain > 0 ? FIRST_PROBE_MS : undefined;
}

const RULES: Rules = {
  trying: (state, event) => {
    if (!concerns(event, state.transport)) return state;
    switch (event.type) {
      case 'data':
        return hold(state, state.transport, 0);
      case 'first':
        return { ...state, begun: true };
      case 'lost':
        // It may be the gateway that has gone, and not the way to it that is bad.
        return state.begun ? retry(state, 0) : tryNext(state, [...state.tried, state.transport]);
      case 'overdue':
        // After a loss it may be the gateway that is silent, and not one way to it.
        return state.sought ? tryNext(state, [...state.tried, state.transport]) : relieve(state);
      case 'absent':
        return tryNext(present(state), state.tried);
      case 'refused':
        return refuse(state);
      default:
        return state;
    }
  },

  pausing: (state, event) => (event.type === 'due' ? state.then : state),

  holding: (state, event) => {
    if (event.type === 'due') return better(state).length > 0 ? probeFrom(state, undefined) : settled(state);
    if (!concerns(event, state.transport)) return state;
    switch (event.type) {
      case 'lost':
        // Another gateway may be there when it comes back. What does not hold is not worth coming back to soon.
        return retry(
          { ...state, absent: [], vain: state.vain + holdsNot(state), sought: state.transport },
          state.failures,
        );
      case 'absent':
        return tryNext(without(state, state.transport), []);
      case 'refused':
        return refuse(state);
      default:
        return state;
    }
  },

  probing: (state, event) => {
    const { transport, candidate, failures } = state;
    if (concerns(event, candidate))
      switch (event.type) {
        case 'data':
          return hold(state, candidate, 0);
        case 'first':
          // Where nothing else brings anything, one frame is worth having while it is seen whether others follow.
          return failures === undefined ? state : { ...turnTo(state, candidate, [transport]), begun: true };
        case 'lost':
        case 'overdue':
          return state.sought ? retry(state, failures ?? 0) : probeFrom(state, candidate, failures);
        default:
          return probeFrom(without(state, candidate), candidate, failures);
      }
    if (!concerns(event, transport)) return state;
    switch (event.type) {
      case 'data':
        return failures === undefined ? state : { ...state, failures: undefined, sought: undefined };
      case 'lost': {
        if (failures === undefined) return { ...state, failures: 0, sought: transport };
        const more = failures + 1;
        return more < MAX_FAILURES
          ? { ...state, failures: more }
          : { ...turnTo(state, candidate, [transport]), sought: state.sought };
      }
      case 'absent':
        return turnTo(without(state, transport), candidate, []);
      case 'refused':
        return refuse(state);
      default:
        return state;
    }
  },

  returning: (state, event) => {
    if (!concerns(event, state.transport)) return state;
    switch (event.type) {
      case 'data':
        // If it does not hold for long now, that was an attempt that failed.
        return hold(state, state.transport, state.failures + 1);
      case 'lost':
      case 'overdue':
        return retry(state, state.failures + 1);
      case 'absent':
        return tryNext(present(state), []);
      case 'refused':
        return refuse(state);
      default:
        return state;
    }
  },

  refused: (state) => state,
};

const concerns = (event: AutoEvent, transport: TransportName): boolean =>
  event.type !== 'due' && event.transport === transport;

const without = <S extends Common>(state: S, transport: TransportName): S => ({
  ...state,
  absent: [...state.absent, transport],
});

/** The gateway is there, though without the transport that was tried: there is nothing to wait for. */
const present = <S extends Common & { transport: TransportName }>({ sought: _, ...state }: S) =>
  without(state, state.transport);

const hold = ({ absent, vain }: Common, transport: TransportName, failures: number): AutoState => ({
  phase: 'holding',
  transport,
  failures,
  absent,
  vain,
});

const pauseBefore = (then: Turn): AutoState => ({ ...then, phase: 'pausing', then });

const holdsNot = ({ failures }: StateOf<'holding'>): number => (failures < MAX_FAILURES ? 0 : 1);

const settled = (state: StateOf<'holding'>): AutoState => ({ ...state, failures: 0, vain: 0 });

const refuse = ({ absent, vain }: Common): AutoState => ({ phase: 'refused', absent, vain });

const turnTo = (
  { absent, vain }: Common,
  transport: TransportName,
  tried: readonly TransportName[],
): StateOf<'trying'> => ({
  phase: 'trying',
  transport,
  tried,
  absent,
  vain,
});

function retry(state: Common & { transport: TransportName }, failures: number): AutoState {
  const { transport, absent, vain, sought } = state;
  if (failures < MAX_FAILURES) return { phase: 'returning', transport, failures, absent, vain, sought };
  return tryNext(state, [transport]);
}

/**
 * A stream was silent, and so may the others be, each for as long: what is held back on its way comes by polls, and the streams
 * are tried beside them.
 */
function relieve(state: StateOf<'trying'>): AutoState {
  const { transport, tried, absent, vain } = state;
  if (!isStream(transport) || tried.includes(RELIEF) || absent.includes(RELIEF))
    return tryNext(state, [...tried, transport]);
  return probeFrom({ transport: RELIEF, absent, vain }, transport, 0);
}

/** The next transport that has not been tried in this round: first those behind this one, then those before it. */
function tryNext(state: Common & { transport: TransportName }, tried: readonly TransportName[]): AutoState {
  if (state.sought) return takeTurns(state, state.sought, tried);
  const { transport, absent, vain, remembered } = state;
  const behind = [...TRANSPORTS, ...TRANSPORTS].slice(TRANSPORTS.indexOf(transport) + 1);
  const next = behind.find((each) => !tried.includes(each) && !absent.includes(each));
  if (next) return turnTo(state, next, tried);
  // Nobody has answered, or had any of them: another gateway may be there when it comes back.
  return takeTurns({ transport, absent: [], vain }, remembered ?? TRANSPORTS[0], []);
}

/**
 * The one that is `sought` every other time, one of the others in between, and a pause before each. Were all others tried at once
 * where the gateway is gone, its clients would come back with five times as many attempts, and not on the best.
 */
function takeTurns(
  { transport, absent, vain }: Common & { transport: TransportName },
  sought: TransportName,
  tried: readonly TransportName[],
): AutoState {
  const others = IN_TURN.filter((each) => each !== sought && !absent.includes(each));
  const left = others.filter((each) => !tried.includes(each));
  const next = transport === sought ? (left[0] ?? others[0] ?? sought) : sought;
  const before = left.length > 0 ? tried.filter((each) => each !== sought) : [];
  return pauseBefore({ phase: 'trying', transport: next, tried: before, absent, vain, sought });
}

/** The next better one behind `last`, or the best, as a candidate; when none is left, what there was without one. */
function probeFrom(
  state: Common & { transport: TransportName },
  last: TransportName | undefined,
  failures?: number,
): AutoState {
  const { transport, absent, vain } = state;
  const from = last === undefined ? 0 : TRANSPORTS.indexOf(last) + 1;
  const candidate = better(state).find((each) => TRANSPORTS.indexOf(each) >= from);
  if (candidate)
    return { phase: 'probing', transport, candidate, ...(failures !== undefined && { failures }), absent, vain };
  const common = { absent, vain: last === undefined ? vain : vain + 1 };
  return failures === undefined ? hold(common, transport, 0) : { phase: 'returning', transport, failures, ...common };
}
