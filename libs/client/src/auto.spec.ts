import { describe, expect, it } from '@jest/globals';
import { begin, beginAway, better, decide, restMs, type AutoEvent, type AutoState } from './auto.js';
import { TRANSPORTS, type TransportName } from './telewire.js';

const KINDS = ['first', 'data', 'lost', 'overdue', 'absent', 'refused'] as const;
const EVENTS: AutoEvent[] = [
  { type: 'due' },
  ...KINDS.flatMap((type) => TRANSPORTS.map((transport) => ({ type, transport }))),
];
const SHORT = { ws: 'websocket', hs: 'http-stream', sse: 'sse', lp: 'long-poll', p: 'poll' } as const;
type Short = keyof typeof SHORT;
const shortOf = (name: TransportName) => (Object.keys(SHORT) as Short[]).find((each) => SHORT[each] === name)!;

/** `lost ws`, or `due`. */
const eventOf = (text: string): AutoEvent => {
  const [type, transport] = text.split(' ') as [AutoEvent['type'], Short];
  return type === 'due' ? { type } : { type, transport: SHORT[transport] };
};
/** `holding sse`, `probing sse+ws`, `returning ws 1`, `trying hs` … */
const textOf = (state: AutoState): string => {
  switch (state.phase) {
    case 'probing':
      return `probing ${shortOf(state.transport)}+${shortOf(state.candidate)}${state.failures === undefined ? '' : ` ${state.failures}`}`;
    case 'returning':
      return `returning ${shortOf(state.transport)} ${state.failures}`;
    case 'pausing':
      return `pausing, then ${shortOf(state.then.transport)}`;
    case 'refused':
      return state.phase;
    default:
      return `${state.phase} ${shortOf(state.transport)}`;
  }
};
const run = (state: AutoState, ...events: string[]): string[] =>
  events.map((event) => textOf((state = decide(state, eventOf(event)))));

/** The WebSocket is lost, tried twice in vain, and so is the HTTP stream in turn with it. */
const LOST: [event: string, state: string][] = [
  ['data ws', 'holding ws'],
  ['lost ws', 'returning ws 0'],
  ['lost ws', 'returning ws 1'],
  ['lost ws', 'pausing, then hs'],
  ['due', 'trying hs'],
  ['lost hs', 'pausing, then ws'],
  ['due', 'trying ws'],
];
/** A round in which nobody answers. */
const NOBODY: [event: string, state: string][] = [
  ['lost ws', 'trying hs'],
  ['lost hs', 'trying sse'],
  ['lost sse', 'trying lp'],
  ['overdue lp', 'trying p'],
  ['lost p', 'pausing, then ws'],
];

describe('auto', () => {
  it.each<[title: string, begin: Short | undefined, story: [event: string, state: string][]]>([
    [
      'takes the best when data comes on it, and then rests',
      undefined,
      [
        ['data ws', 'holding ws'],
        ['due', 'holding ws'],
      ],
    ],
    [
      'goes down the order at once, and holds the first with data',
      undefined,
      [
        ['lost ws', 'trying hs'],
        ['lost hs', 'trying sse'],
        ['data sse', 'holding sse'],
      ],
    ],
    [
      'has polls bring what it can while it tries the other streams, once one was silent',
      undefined,
      [
        ['overdue ws', 'probing lp+hs 0'],
        ['data lp', 'probing lp+hs'],
        ['first hs', 'probing lp+hs'],
        ['overdue hs', 'probing lp+sse'],
        ['data sse', 'holding sse'],
      ],
    ],
    [
      'takes the one frame of a stream where polls bring nothing, and waits for a second',
      undefined,
      [
        ['overdue ws', 'probing lp+hs 0'],
        ['first hs', 'trying hs'],
        ['overdue hs', 'trying sse'],
        ['first sse', 'trying sse'],
        ['data sse', 'holding sse'],
      ],
    ],
    [
      'comes back to a line that was lost behind its first frame, and leaves it when it does not get further',
      undefined,
      [
        ['first ws', 'trying ws'],
        ['lost ws', 'returning ws 0'],
        ['first ws', 'returning ws 0'],
        ['lost ws', 'returning ws 1'],
        ['overdue ws', 'trying hs'],
      ],
    ],
    [
      'pauses when all have failed, and then tries one behind each pause, the best every other time',
      undefined,
      [
        ...NOBODY,
        ['data p', 'pausing, then ws'],
        ['due', 'trying ws'],
        ['lost ws', 'pausing, then hs'],
        ['due', 'trying hs'],
        ['overdue hs', 'pausing, then ws'],
        ['due', 'trying ws'],
        ['overdue ws', 'pausing, then lp'],
        ['due', 'trying lp'],
        ['lost lp', 'pausing, then ws'],
      ],
    ],
    [
      'goes on as ever with the first that is accepted after that',
      undefined,
      [
        ...NOBODY,
        ['due', 'trying ws'],
        ['lost ws', 'pausing, then hs'],
        ['due', 'trying hs'],
        ['data hs', 'holding hs'],
        ['due', 'probing hs+ws'],
        ['data ws', 'holding ws'],
      ],
    ],
    [
      'tries all at once again when a gateway answers after that, though without what it is asked for',
      undefined,
      [...NOBODY, ['due', 'trying ws'], ['absent ws', 'trying hs'], ['lost hs', 'trying sse']],
    ],
    [
      'tries the same first after a loss, and after two failed attempts others in turn with it, behind a pause each',
      undefined,
      [
        ...LOST,
        ['lost ws', 'pausing, then lp'],
        ['due', 'trying lp'],
        ['overdue lp', 'pausing, then ws'],
        ['due', 'trying ws'],
        ['lost ws', 'pausing, then sse'],
        ['due', 'trying sse'],
        ['lost sse', 'pausing, then ws'],
        ['due', 'trying ws'],
        ['lost ws', 'pausing, then p'],
        ['due', 'trying p'],
        ['lost p', 'pausing, then ws'],
        ['due', 'trying ws'],
        ['lost ws', 'pausing, then hs'],
      ],
    ],
    [
      'goes on at once with others when the gateway is there again without the one that was lost',
      undefined,
      [...LOST, ['absent ws', 'trying sse'], ['lost sse', 'trying lp']],
    ],
    [
      'stays with a transport that comes back',
      undefined,
      [
        ['data ws', 'holding ws'],
        ['lost ws', 'returning ws 0'],
        ['lost ws', 'returning ws 1'],
        ['data ws', 'holding ws'],
      ],
    ],
    [
      'leaves a transport that comes back again and again but does not hold',
      undefined,
      [
        ['data ws', 'holding ws'],
        ['lost ws', 'returning ws 0'],
        ['data ws', 'holding ws'],
        ['lost ws', 'returning ws 1'],
        ['data ws', 'holding ws'],
        ['lost ws', 'pausing, then hs'],
      ],
    ],
    [
      'forgets that once it has held for long',
      undefined,
      [
        ['data ws', 'holding ws'],
        ['lost ws', 'returning ws 0'],
        ['data ws', 'holding ws'],
        ['due', 'holding ws'],
        ['lost ws', 'returning ws 0'],
      ],
    ],
    [
      'tries those before a lost one too',
      undefined,
      [
        ['lost ws', 'trying hs'],
        ['lost hs', 'trying sse'],
        ['data sse', 'holding sse'],
        ['lost sse', 'returning sse 0'],
        ['lost sse', 'returning sse 1'],
        ['lost sse', 'pausing, then ws'],
        ['due', 'trying ws'],
        ['data ws', 'holding ws'],
      ],
    ],
    [
      'probes the better ones in order beside the one that works, and stays when none has data',
      'lp',
      [
        ['lost ws', 'probing lp+hs'],
        ['overdue hs', 'probing lp+sse'],
        ['data lp', 'probing lp+sse'],
        ['lost sse', 'holding lp'],
        ['due', 'probing lp+ws'],
      ],
    ],
    [
      'takes a better one when data has come on it, and goes on probing for those that are better still',
      'p',
      [
        ['lost ws', 'probing p+hs'],
        ['data hs', 'holding hs'],
        ['due', 'probing hs+ws'],
        ['data ws', 'holding ws'],
        ['due', 'holding ws'],
      ],
    ],
    [
      'turns to the candidate when the one that worked is lost and fails twice meanwhile',
      'sse',
      [
        ['lost sse', 'probing sse+ws 0'],
        ['lost sse', 'probing sse+ws 1'],
        ['lost sse', 'trying ws'],
        ['data ws', 'holding ws'],
      ],
    ],
    [
      'goes back to the one that was lost when the candidate fails, with its failures',
      'sse',
      [
        ['lost sse', 'probing sse+ws 0'],
        ['overdue ws', 'returning sse 0'],
        ['data sse', 'holding sse'],
      ],
    ],
    [
      'forgets a loss that was made good while it probed',
      'sse',
      [
        ['lost sse', 'probing sse+ws 0'],
        ['data sse', 'probing sse+ws'],
        ['lost ws', 'probing sse+hs'],
        ['lost hs', 'holding sse'],
      ],
    ],
    [
      'passes over what this gateway does not have, and does not probe it',
      undefined,
      [
        ['absent ws', 'trying hs'],
        ['data hs', 'holding hs'],
        ['due', 'holding hs'],
      ],
    ],
    [
      'asks for it again when the gateway has been away: another one may be there',
      undefined,
      [
        ['absent ws', 'trying hs'],
        ['data hs', 'holding hs'],
        ['lost hs', 'returning hs 0'],
        ['data hs', 'holding hs'],
        ['due', 'probing hs+ws'],
      ],
    ],
    [
      'asks for all again when there is nothing that it has',
      undefined,
      [
        ['absent ws', 'trying hs'],
        ['absent hs', 'trying sse'],
        ['absent sse', 'trying lp'],
        ['absent lp', 'trying p'],
        ['absent p', 'pausing, then ws'],
        ['due', 'trying ws'],
        ['absent ws', 'trying hs'],
      ],
    ],
    [
      'is refused for good when what it tries or uses is refused',
      undefined,
      [
        ['refused ws', 'refused'],
        ['data ws', 'refused'],
        ['due', 'refused'],
      ],
    ],
    [
      'keeps what works when only a candidate is refused, and does not ask that one again',
      'hs',
      [
        ['refused ws', 'holding hs'],
        ['due', 'holding hs'],
      ],
    ],
  ])('%s', (_title, working, story) => {
    const events = story.map(([event]) => event);
    expect(run(begin(working && SHORT[working]), ...events)).toEqual(story.map(([, state]) => state));
  });

  it('has an answer to every event in every state that can be reached, and never uses what it must not', () => {
    const seen = new Map<string, AutoState>();
    const open: AutoState[] = [begin(), ...TRANSPORTS.flatMap((each) => [begin(each), beginAway(each)])];
    for (let state = open.pop(); state; state = open.pop()) {
      const key = JSON.stringify({ ...state, vain: 0, failures: 'failures' in state ? state.failures : 0 });
      if (seen.has(key)) continue;
      seen.set(key, state);
      if (state.phase === 'probing') expect(better(state)).toContain(state.candidate);
      if (state.phase === 'trying') expect(state.tried).not.toContain(state.transport);
      if (state.phase === 'trying' && state.sought)
        for (const type of ['lost', 'overdue'] as const)
          expect(decide(state, { type, transport: state.transport }).phase).toMatch(/pausing|returning/);
      if ('transport' in state) expect(state.absent.slice(0, -1)).not.toContain(state.transport);
      for (const event of EVENTS) open.push(decide(state, event));
    }
    expect(new Set([...seen.values()].map(({ phase }) => phase)).size).toBe(6);
  });

  it('is not moved by news of a transport that it neither uses nor tries', () => {
    for (const event of EVENTS.filter((each) => each.type !== 'due' && each.transport === 'poll'))
      for (const state of [begin(), begin('sse'), decide(begin(), eventOf('data ws'))])
        expect(decide(state, event)).toBe(state);
  });

  it('comes to a pause or to a transport with data however a round goes: no round is endless', () => {
    for (const working of [undefined, ...TRANSPORTS]) {
      let state = begin(working);
      let steps = 0;
      while (state.phase !== 'pausing') {
        const transport = state.phase === 'probing' ? state.candidate : 'transport' in state ? state.transport : 'poll';
        state = decide(state, { type: 'lost', transport });
        expect(++steps).toBeLessThan(15);
      }
    }
  });

  it('probes after 10 s, 20 s … up to 5 min, spread by a quarter either way', () => {
    const holding = (vain: number) => ({ ...decide(begin(), eventOf('data ws')), transport: 'sse', vain }) as AutoState;
    const seconds = (random: number) => [0, 1, 2, 3, 4, 5, 9].map((vain) => restMs(holding(vain), random)! / 1000);
    expect(seconds(0.5)).toEqual([10, 20, 40, 80, 160, 300, 300]);
    expect(seconds(0)).toEqual([7.5, 15, 30, 60, 120, 225, 225]);
    expect(seconds(1)).toEqual([12.5, 25, 50, 100, 200, 375, 375]);
  });

  it('begins with what is remembered, and goes on from there in the order of preference', () => {
    expect(run(begin(undefined, 'sse'), 'data sse', 'due')).toEqual(['holding sse', 'probing sse+ws']);
    expect(run(begin(undefined, 'sse'), 'lost sse', 'lost lp', 'lost p')).toEqual([
      'trying lp',
      'trying p',
      'trying ws',
    ]);
  });

  it('begins, while others look for the gateway, with a pause and then with what they look for', () => {
    const away = beginAway('sse');
    expect(textOf(away)).toBe('pausing, then sse');
    expect(run(away, 'due', 'lost sse', 'due', 'lost ws')).toEqual([
      'trying sse',
      'pausing, then ws',
      'trying ws',
      'pausing, then sse',
    ]);
  });

  it('counts probes in vain one after the other, and forgets them when the best has held', () => {
    const vain = (...events: string[]) =>
      events.reduce((state, event) => decide(state, eventOf(event)), begin(SHORT.hs)).vain;
    expect(vain('lost ws')).toBe(1);
    expect(vain('lost ws', 'due', 'overdue ws')).toBe(2);
    expect(vain('lost ws', 'due', 'data ws')).toBe(1);
    expect(vain('lost ws', 'due', 'data ws', 'due')).toBe(0);
  });
});
