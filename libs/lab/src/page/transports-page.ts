import { TRANSPORTS, type TransportName } from '@telewire/client';
import { inBytes, inCount, inMs, inPercent, inRecovery, short } from '../figures.js';
import { markdownTable } from '../report-markdown.js';
import { ageSection } from './age-section.js';
import { bytesSection } from './bytes-section.js';
import { blocks, points } from './claim.js';
import { cborSection } from './cbor-section.js';
import { cutsSection } from './cuts-section.js';
import { lanesSection } from './lanes-section.js';
import { librariesSection } from './libraries-section.js';
import { Measured, type LabFigures, type LaneFigures } from './measured.js';
import { DELAY_MS, IDLE_SECONDS } from './scenarios.js';
import { elseSection, waysSection } from './ways-section.js';

/**
 * The page of the five transports as Markdown, before it is formatted. Every figure in it is measured, and what is said of
 * figures is said only where they bear it out. @throws Error where a scenario was not measured
 */
export function transportsPage(figures: LabFigures): string {
  const m = new Measured(figures);
  return `${blocks(
    '# Five transports, measured',
    '<!-- Written by `npm run lab:report`; the words are in libs/lab/src/page. -->',
    introduction(m),
    shortly(m),
    bytesSection(m),
    cborSection(m),
    ageSection(m),
    cutsSection(m),
    lanesSection(m),
    waysSection(m),
    elseSection(m),
    librariesSection(),
  )}\n`;
}

function introduction({ figures, reports }: Measured): string {
  const { seconds, idleSeconds, tookS } = figures;
  const sum = (key: 'readings' | 'repeats' | 'lost') => inCount(reports.reduce((total, each) => total + each[key], 0));
  const idle = idleSeconds === IDLE_SECONDS ? '' : ` --idle-seconds ${idleSeconds}`;
  return blocks(
    'The same readings, over all five transports at once, each with a client and connections of its own, through a proxy that counts every byte on the sockets and makes the weather. This page is what one run of',
    `\`\`\`sh\nnpm run lab:report -- --seconds ${seconds}${idle}\n\`\`\``,
    `found, without a browser: clients, proxy and gateway on one machine over loopback, so that times are those of the programs and not of a network; the weather adds the network. It took ${inCount(tookS / 60)} minutes; \`--seconds 2 --idle-seconds 5\` is a quick look of about two. Repeated on a machine that has time for it, the bytes are the same to a few per cent; a busy one answers polls later, with more readings in each answer. The times depend on the machine, and of a run in which its timers were late the better of two is taken. In the dashboard the same race runs live, with every switch in reach. All figures of every run are in [runs.csv](transports/runs.csv).`,
    `Each scenario is measured for ${seconds} s (the slow ones three times, cut and buffered ones twice as long, and ${idleSeconds} s in which nothing happens) from 3 s after the lines have been opened; what opening costs is told by itself. One series, in JSON where nothing else is said, policy \`every\`, at most 60 frames a second. **Age** is from a reading’s device time to its arrival, **shown age** the mean over time of the age of the newest reading at hand: what a glance at the screen gets. **Header** is every byte of TCP payload that is not a frame of the protocol: request and response heads, chunk and frame headers, field names.`,
    `Of ${sum('readings')} readings that came in all runs together, ${sum('repeats')} came twice and ${sum('lost')} were lost, by their ordinals.`,
  );
}

/** What was measured, side by side; which of it matters is not for a table to say. */
function shortly(m: Measured): string {
  const row = (what: string, name: string, read: (lane: LaneFigures) => string) => [
    what,
    ...TRANSPORTS.map((lane) => read(m.of(name, lane))),
  ];
  const up = (name: string) => {
    const { up: sent, bytes } = m.of(name, 'websocket');
    return inPercent(bytes === 0 ? undefined : (sent.header + sent.body) / bytes);
  };
  const through = (lane: TransportName) => inCount(m.of('buffers', lane).readings);
  const asked = (name: string, lane: TransportName) => short(m.of(name, lane).requestsHz);
  return blocks(
    '## In short',
    markdownTable(
      ['', ...TRANSPORTS],
      [
        row('age at 10/s, p50', 'calm-10', ({ p50 }) => inMs(p50)),
        row('shown age at 10/s', 'calm-10', ({ shownAgeMs }) => inMs(shownAgeMs)),
        row('bytes/reading at 10/s', 'calm-10', ({ bytesPerReading }) => inBytes(bytesPerReading)),
        row('bytes/reading at 500/s', 'calm-500', ({ bytesPerReading }) => inBytes(bytesPerReading)),
        row('overhead at 10/s', 'calm-10', ({ overhead }) => inPercent(overhead)),
        row('requests/s at 10/s', 'calm-10', ({ requestsHz }) => short(requestsHz)),
        row(`age at ${DELAY_MS} ms delay, p50`, 'delay', ({ p50 }) => inMs(p50)),
        row('back after a cut, longest', 'cut', (lane) => inRecovery(lane.longestRecoveryMs, lane.notBackMs)),
        row('through a proxy that buffers', 'buffers', ({ readings }) => `${inCount(readings)} readings`),
      ],
    ),
    points(
      `**WebSocket**: one connection, both ways. Words of the client (subscriptions, acknowledgements) were ${up('calm-10')} of the bytes at 10/s and ${up('calm-500')} at 500/s.`,
      `**HTTP stream** and **SSE**: one answer each, which does not end. Of some ${inCount(m.made('buffers'))} readings ${through('http-stream')} and ${through('sse')} came through a proxy that buffers.`,
      `**Long-poll**: a request for every answer, ${asked('calm-10', 'long-poll')} a second at 10/s and ${asked('calm-500', 'long-poll')} at 500/s; ${through('long-poll')} readings came through the proxy that buffers.`,
      `**Poll**: with \`nextAt\` a question when there is something to be had, ${short(m.of('calm-0.2', 'poll').requestsHz * 60)} a minute at 0.2/s and ${asked('calm-10', 'poll')} a second at 10/s.`,
    ),
    'Which of it matters depends on what lies between, how often values change and how old they may be.',
  );
}
