import { TRANSPORTS, type TransportName } from '@telewire/client';
import type { LabTally } from '@telewire/protocol';
import type { LabFigures, LaneReport, MeasuredEcho, MeasuredRun } from '../src/index.js';
import { AgeCounts } from '../src/age-counts.js';
import { ECHO_WEATHERS, scenarios } from '../src/page/scenarios.js';

/** What a spec can say of a lane in a scenario: of its report, and of its bytes. */
export interface Said extends Partial<LaneReport> {
  readonly requests?: number;
  /** Header and body for each reading, both ways together. */
  readonly each?: readonly [header: number, body: number];
}

/** What a spec can say of everything. */
export interface SaidOfAll {
  readonly lanes?: Readonly<Record<string, Partial<Record<TransportName, Said>>>>;
  /** Bytes of a POST's echo, and its median. */
  readonly posts?: { readonly bytes?: number; readonly p50?: number };
  readonly connections?: number;
}

const tallyOf = (requests: number, header: number, body: number): LabTally => ({
  requests,
  connections: 1,
  open: 1,
  up: { header: Math.round(header / 4), body: Math.round(body / 4) },
  down: { header: header - Math.round(header / 4), body: body - Math.round(body / 4) },
});

/** A lane as it was found on a machine that had time: a round number in place of every figure. */
function usual(
  name: string,
  lane: TransportName,
  rateHz: number,
  seconds: number,
): Said & { readonly readings: number } {
  const readings = rateHz * seconds;
  const polls = lane === 'poll' || lane === 'long-poll';
  const stream = lane === 'http-stream' || lane === 'sse';
  const cut = name === 'cut';
  const far = name === 'delay' ? (polls ? 330 : 150) : 0;
  if (name === 'buffers' && stream) return { readings: 0, phase: 'resuming', interruptions: 1 };
  const naive = name.startsWith('unpaced') && lane === 'long-poll';
  const fixed = name.startsWith('fixed') && lane === 'poll';
  const asksHz = fixed ? 0.5 : naive ? rateHz / 2 : rateHz === 0 ? (lane === 'poll' ? 1 : 0.04) : Math.min(rateHz, 18);
  const requests = polls ? Math.round(asksHz * seconds) : 0;
  const inCbor = name.startsWith('cbor') && lane !== 'sse';
  const scale = inCbor ? (rateHz >= 100 ? 0.4 : 0.5) : 1;
  const body = rateHz >= 100 ? 40 : 105;
  const aFrame = { websocket: 4, 'http-stream': 6, sse: 14, 'long-poll': 0, poll: 0 }[lane] * (rateHz >= 100 ? 0.2 : 1);
  const heads = readings === 0 ? 0 : (700 * requests) / readings;
  return {
    readings,
    asked: requests,
    requests,
    each: [aFrame + heads, scale * (lane === 'websocket' ? body + 30 : body)],
    p50: far + (fixed ? 970 : rateHz >= 100 && !naive ? (polls ? 38 : 9.5) : polls ? 3.5 : 1.5),
    p99: far + (name === 'delay' && polls ? 190 : 0) + (rateHz < 1 && lane === 'poll' ? 2_500 : 15),
    ...(cut && { interruptions: polls ? 2 : 6, longestRecoveryMs: 2_000 }),
    ...(cut && lane === 'sse' && { notBackMs: 400 }),
  };
}

function runOf(
  { name, rateHz, seconds, weather, terms }: ReturnType<typeof scenarios>[number],
  { lanes = {}, connections = 1 }: SaidOfAll,
): MeasuredRun {
  const said = TRANSPORTS.map((lane) => ({ lane, ...usual(name, lane, rateHz, seconds), ...lanes[name]?.[lane] }));
  return {
    title: name,
    startedAt: 0,
    seconds,
    rateHz,
    ...(weather && { weather }),
    terms: { filters: ['lab/x'], ...terms },
    lanes: said.map(({ requests: _, each: __, ...report }) => ({
      phase: 'live' as const,
      doing: 'open',
      repeats: 0,
      lost: 0,
      asked: 0,
      interruptions: 0,
      ages: new AgeCounts().histogram(),
      ...report,
    })),
    tallies: Object.fromEntries(
      said.map(({ lane, readings, requests = 0, each: [header, body] = [0, 0] }) => [
        lane,
        readings === 0 && lane !== 'long-poll'
          ? tallyOf(requests, 200, 900)
          : tallyOf(requests, Math.round(header * readings), Math.round(body * readings)),
      ]),
    ),
    opening: Object.fromEntries(TRANSPORTS.map((lane) => [lane, { ...tallyOf(1, 700, 300), connections }])),
  };
}

/** All figures of a run of the report, of round numbers, but for what is said otherwise. */
export function figures(said: SaidOfAll = {}): LabFigures {
  const measuring = { seconds: 20, idleSeconds: 100 };
  const echo = (way: MeasuredEcho['way'], delayMs: number): MeasuredEcho => {
    const [bytes, p50] =
      way === 'websocket' ? [140, 1] : [said.posts?.bytes ?? 700, delayMs > 0 ? (said.posts?.p50 ?? 7) : 3];
    const requests = way === 'websocket' ? 1 : 101;
    const tally = tallyOf(requests, 0, 100 * bytes);
    return { way, sent: 100, returned: 100, requests, p50: 2 * delayMs + p50, p99: 2 * delayMs + 60, tally };
  };
  return {
    ...measuring,
    tookS: 570,
    runs: Object.fromEntries(scenarios(measuring).map((each) => [each.name, runOf(each, said)])),
    duplex: Object.fromEntries(
      Object.entries(ECHO_WEATHERS).map(([name, { delayMs = 0 }]) => [
        name,
        [echo('websocket', delayMs), echo('sse-post', delayMs)],
      ]),
    ),
  };
}
